package nhf

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/nets"
	"hgn.local/gomlx_models/spline"
	"hgn.local/kernels_xla/convops"
)

// What Params.Encoder and Params.Refresh may be.
const (
	noRefresh     = "none"
	normalEncoder = "normal"
	affine        = "affine"
	splined       = "spline"
)

const (
	// maxLogScale bounds the logarithm of the standard deviations: between e^-5 and e^5 the density of a momentum is
	// neither a spike nor flat, whatever the network outputs.
	maxLogScale = 5
	// splineBound is where the splines of momenta end, in standard deviations.
	splineBound = 5
)

// head computes each numbers for each of width coordinates from hidden units, [n, width, each]. They start near zero.
func head(scope *model.Scope, h *Node, width, each int) *Node {
	return Reshape(nets.Linear(scope, h, width*each, 0.1, nil), -1, width, each)
}

// splines returns splines of width momenta that follow from hidden units. They start near the identity.
func (m *Model) splines(scope *model.Scope, h *Node, width int) *spline.Spline {
	bins := m.Params.Bins
	return spline.New(head(scope.At("widths"), h, width, bins), head(scope.At("heights"), h, width, bins), head(scope.At("slopes"), h, width, bins-1), splineBound)
}

// momenta is an affine map of every momentum, [n, d], at given positions, and splines on its far side from the data, or
// nil.
type momenta struct {
	mean, logScale *Node
	splines        *spline.Spline
}

// affine returns the map without splines that follows from hidden units. It starts near the identity.
func (m *Model) affine(scope *model.Scope, h *Node) momenta {
	d := m.Dim()
	return momenta{
		mean:     nets.Linear(scope.At("mean"), h, d, 0.1, nil),
		logScale: bounded(nets.Linear(scope.At("log_scale"), h, d, 0.1, nil), maxLogScale),
	}
}

// refreshed computes the map that follows Hamiltonian i, counted from the prior, at its positions q.
func (m *Model) refreshed(scope *model.Scope, i int, q *Node) momenta {
	scope = scope.At("refresh_%d", i)
	h := nets.Spread(scope, nets.Beside(q, m.cond), m.Params.RefreshHidden...)
	t := m.affine(scope, h)
	if m.Params.Refresh == splined {
		t.splines = m.splines(scope, h, m.Dim())
	}
	return t
}

// back takes momenta through a refreshment towards the prior, and returns the logarithm of the stretch, [n].
func (t momenta) back(p *Node) (before, stretch *Node) {
	before, stretch = Mul(Sub(p, t.mean), convops.Exp(Neg(t.logScale))), Neg(t.logScale)
	if t.splines != nil {
		var slope *Node
		before, slope = t.splines.Forward(before)
		stretch = Add(stretch, slope)
	}
	return before, ReduceSum(stretch, -1)
}

// forth undoes back; its stretch is that from before to p.
func (t momenta) forth(before *Node) (p, stretch *Node) {
	stretch = t.logScale
	if t.splines != nil {
		var slope *Node
		before, slope = t.splines.Inverse(before)
		stretch = Sub(stretch, slope)
	}
	return Add(t.mean, Mul(convops.Exp(t.logScale), before)), ReduceSum(stretch, -1)
}

// encode turns standard normal noise, [n, d], into momenta p of the density f_psi(p|q) at positions q, and returns the
// logarithm of the stretch from one to the other, [n], so that log f_psi(p|q) = log N(noise) - stretch. The mean and
// the scale follow from q. With splines, so do those that bend the first half of the noise before, and those of the
// second half follow from q and the bent first half: together they can be any density. It starts near N(0, 1).
func (m *Model) encode(scope *model.Scope, q, noise *Node) (p, stretch *Node) {
	c := m.encoderAt(scope, q)
	bent, stretch := noise, ReduceSum(c.logScale, -1)
	if c.splines != nil {
		first, second := halves(noise)
		y, slope := c.splines.Forward(first)
		bent, stretch = y, Add(stretch, ReduceSum(slope, -1))
		if second != nil {
			z, slope := c.second(y).Forward(second)
			bent, stretch = Concatenate([]*Node{y, z}, -1), Add(stretch, ReduceSum(slope, -1))
		}
	}
	return Add(c.mean, Mul(convops.Exp(c.logScale), bent)), stretch
}

// decode undoes encode; stretch is that from the noise to p.
func (m *Model) decode(scope *model.Scope, q, p *Node) (noise, stretch *Node) {
	c := m.encoderAt(scope, q)
	bent, stretch := Mul(Sub(p, c.mean), convops.Exp(Neg(c.logScale))), ReduceSum(c.logScale, -1)
	if c.splines == nil {
		return bent, stretch
	}
	y, z := halves(bent)
	first, slope := c.splines.Inverse(y)
	stretch = Add(stretch, ReduceSum(slope, -1))
	if z == nil {
		return first, stretch
	}
	second, slope := c.second(y).Inverse(z)
	return Concatenate([]*Node{first, second}, -1), Add(stretch, ReduceSum(slope, -1))
}

// encoder is f_psi at given positions: an affine map, and splines on the side of the noise, or nil.
type encoder struct {
	momenta
	second func(bent *Node) *spline.Spline // of the second half, from the bent first half
}

func (m *Model) encoderAt(scope *model.Scope, q *Node) encoder {
	scope = scope.At("encoder")
	network := nets.MLP
	if m.Params.Encoder == splined {
		network = nets.Spread
	}
	q = nets.Beside(q, m.cond)
	h := network(scope, q, m.Params.EncoderHidden...)
	c := encoder{momenta: m.affine(scope, h)}
	if m.Params.Encoder == splined {
		d := m.Dim()
		c.splines = m.splines(scope, h, (d+1)/2)
		c.second = func(bent *Node) *spline.Spline {
			scope := scope.At("second")
			return m.splines(scope, network(scope, Concatenate([]*Node{q, bent}, -1), m.Params.EncoderHidden...), d/2)
		}
	}
	return c
}

// halves returns the first ⌈d/2⌉ columns of x, [n, d], and the others, or nil if there is one only. It picks them by
// sums with zeros and ones: a slice has no derivative on every backend, and a product with a matrix might round.
func halves(x *Node) (first, second *Node) {
	d := x.Shape().Dim(-1)
	middle := (d + 1) / 2
	pick := func(from, to int) *Node {
		chosen := make([]float64, d*(to-from))
		for k := from; k < to; k++ {
			chosen[k*(to-from)+k-from] = 1
		}
		return ReduceSum(Mul(ExpandDims(x, -1), Const(x.Graph(), nets.Tensor(x.DType(), chosen, 1, d, to-from))), 1)
	}
	if d == 1 {
		return x, nil
	}
	return pick(0, middle), pick(middle, d)
}
