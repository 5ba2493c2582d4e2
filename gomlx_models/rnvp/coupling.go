package rnvp

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/nets"
	"hgn.local/kernels_xla/convops"
)

// maxLogScale bounds s of a coupling layer.
const maxLogScale = 3

// coupling returns the scale and translation of layer i for the coordinates that it moves, [n, d], and zero for those
// that it keeps. Both follow from the kept coordinates of x, which are the same before and after the layer, and from the
// conditions c, if there are some.
func coupling(scope *model.Scope, i int, x, c *Node, hidden []int) (s, t *Node) {
	d := x.Shape().Dim(-1)
	kept, moved := make([]float64, d), make([]float64, d)
	for k := range d {
		kept[k] = float64((k + i + 1) % 2)
		moved[k] = 1 - kept[k]
	}
	seen := Mul(x, Const(x.Graph(), nets.Tensor(x.DType(), kept, 1, d)))
	mask := Const(x.Graph(), nets.Tensor(x.DType(), moved, 1, d))
	network := func(scope *model.Scope) *Node {
		h := nets.MLP(scope, nets.Beside(seen, c), hidden...)
		return Mul(nets.Linear(scope.At("output"), h, d, 0.1, nil), mask)
	}
	scope = scope.At("coupling_%d", i)
	return bounded(network(scope.At("scale")), maxLogScale), network(scope.At("translation"))
}

// bounded returns about x for small x, and stays smoothly between -limit and limit.
func bounded(x *Node, limit float64) *Node {
	return Div(x, Sqrt(AddScalar(Square(MulScalar(x, 1/limit)), 1)))
}

// couplings is the map of a real NVP.
type couplings struct {
	layers int
	hidden []int
}

// Forward implements bijection.Map.
func (f couplings) Forward(scope *model.Scope, z, c *Node) *Node {
	for i := range f.layers {
		s, t := coupling(scope, i, z, c, f.hidden)
		z = Add(Mul(z, convops.Exp(s)), t)
	}
	return z
}

// Inverse implements bijection.Map.
func (f couplings) Inverse(scope *model.Scope, x, c *Node) (z, logDet *Node) {
	for i := f.layers - 1; i >= 0; i-- {
		s, t := coupling(scope, i, x, c, f.hidden)
		x = Mul(Sub(x, t), convops.Exp(Neg(s)))
		if shrunk := Neg(ReduceSum(s, -1)); logDet == nil {
			logDet = shrunk
		} else {
			logDet = Add(logDet, shrunk)
		}
	}
	return x, logDet
}
