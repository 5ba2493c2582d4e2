package nsf

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/nets"
	"hgn.local/gomlx_models/spline"
)

// couplings is the map of a neural spline flow. The state is a pair of halves, [n, ⌈d/2⌉] and [n, ⌊d/2⌋]: they are cut
// from the input once, since a slice of anything else has no derivative on every backend.
type couplings struct{ Params }

// splines returns the splines of layer i for a half of the given width, which follow from the other half and from the
// conditions c, if there are some.
func (f couplings) splines(scope *model.Scope, i int, other, c *Node, width int) *spline.Spline {
	scope = scope.At("coupling_%d", i)
	h := nets.Spread(scope, nets.Beside(other, c), f.Hidden...)
	values := func(name string, each int) *Node {
		return Reshape(nets.Linear(scope.At("%s", name), h, width*each, 0.1, nil), -1, width, each)
	}
	return spline.New(values("widths", f.Bins), values("heights", f.Bins), values("slopes", f.Bins-1), f.Bound)
}

// cut divides points into their halves. It has no derivative by x.
func cut(x *Node) [2]*Node {
	x = StopGradient(x)
	d := x.Shape().Dim(-1)
	middle := (d + 1) / 2
	return [2]*Node{Slice(x, AxisRange(), AxisRange(0, middle)), Slice(x, AxisRange(), AxisRange(middle, d))}
}

// Forward implements bijection.Map.
func (f couplings) Forward(scope *model.Scope, z, c *Node) *Node {
	halves := cut(z)
	for i := f.Layers - 1; i >= 0; i-- {
		moved := i % 2
		s := f.splines(scope, i, halves[1-moved], c, halves[moved].Shape().Dim(-1))
		halves[moved], _ = s.Inverse(halves[moved])
	}
	return Concatenate(halves[:], -1)
}

// Inverse implements bijection.Map. Layer 0 is nearest to the data.
func (f couplings) Inverse(scope *model.Scope, x, c *Node) (z, logDet *Node) {
	halves := cut(x)
	for i := range f.Layers {
		moved := i % 2
		s := f.splines(scope, i, halves[1-moved], c, halves[moved].Shape().Dim(-1))
		y, logSlope := s.Forward(halves[moved])
		halves[moved] = y
		if stretched := ReduceSum(logSlope, -1); logDet == nil {
			logDet = stretched
		} else {
			logDet = Add(logDet, stretched)
		}
	}
	return Concatenate(halves[:], -1), logDet
}
