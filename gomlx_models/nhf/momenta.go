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

// momenta is a map of the momenta at given positions: an affine one of every coordinate, with a spline or without.
type momenta struct {
	mean, logScale *Node // [n, d]
	spline         *spline.Spline
}

// momentaAt computes the map at q, [n, d], with a network of hidden layers of the given widths. It starts near the
// identity.
func (m *Model) momentaAt(scope *model.Scope, q *Node, kind string, hidden []int) momenta {
	d := q.Shape().Dim(-1)
	h := nets.MLP(scope, q, hidden...)
	linear := func(scope *model.Scope, each int) *Node { return nets.Linear(scope, h, d*each, 0.1, nil) }
	t := momenta{mean: linear(scope.At("mean"), 1), logScale: bounded(linear(scope.At("log_scale"), 1), maxLogScale)}
	if kind == splined {
		part := func(scope *model.Scope, each int) *Node { return Reshape(linear(scope, each), -1, d, each) }
		bins := m.Params.Bins
		t.spline = spline.New(part(scope.At("widths"), bins), part(scope.At("heights"), bins), part(scope.At("slopes"), bins-1), splineBound)
	}
	return t
}

// encode computes the map that turns standard normal numbers into momenta of the density f_psi(p|q).
func (m *Model) encode(scope *model.Scope, q *Node) momenta {
	return m.momentaAt(scope.At("encoder"), q, m.Params.Encoder, m.Params.EncoderHidden)
}

// draw takes standard normal numbers noise [n, d] to momenta with the density f_psi, and returns the logarithm of the
// stretch from one to the other, [n].
func (t momenta) draw(noise *Node) (p, stretch *Node) {
	stretch = t.logScale
	if t.spline != nil {
		var slope *Node
		noise, slope = t.spline.Forward(noise)
		stretch = Add(stretch, slope)
	}
	return Add(t.mean, Mul(convops.Exp(t.logScale), noise)), ReduceSum(stretch, -1)
}

// refreshed computes the map that follows Hamiltonian i, counted from the prior, at its positions.
func (m *Model) refreshed(scope *model.Scope, i int, q *Node) momenta {
	return m.momentaAt(scope.At("refresh_%d", i), q, m.Params.Refresh, m.Params.RefreshHidden)
}

// back takes momenta through a refreshment towards the prior, and returns the logarithm of the stretch, [n].
func (t momenta) back(p *Node) (before, stretch *Node) {
	before, stretch = Mul(Sub(p, t.mean), convops.Exp(Neg(t.logScale))), Neg(t.logScale)
	if t.spline != nil {
		var slope *Node
		before, slope = t.spline.Forward(before)
		stretch = Add(stretch, slope)
	}
	return before, ReduceSum(stretch, -1)
}

// forth undoes back.
func (t momenta) forth(p *Node) *Node {
	if t.spline != nil {
		p, _ = t.spline.Inverse(p)
	}
	return Add(t.mean, Mul(convops.Exp(t.logScale), p))
}
