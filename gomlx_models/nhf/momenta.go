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
	h := nets.MLP(scope, q, m.Params.RefreshHidden...)
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

// forth undoes back.
func (t momenta) forth(p *Node) *Node {
	if t.splines != nil {
		p, _ = t.splines.Inverse(p)
	}
	return Add(t.mean, Mul(convops.Exp(t.logScale), p))
}

// encode turns standard normal noise, [n, d], into momenta p of the density f_psi(p|q) at positions q, and returns the
// logarithm of the stretch from one to the other, [n], so that log f_psi(p|q) = log N(noise) - stretch. The mean and
// the scale follow from q. With splines, so do those that bend the first half of the noise before, and those of the
// second half follow from q and the bent first half: together they can be any density. It starts near N(0, 1).
func (m *Model) encode(scope *model.Scope, q, noise *Node) (p, stretch *Node) {
	scope = scope.At("encoder")
	h := nets.MLP(scope, q, m.Params.EncoderHidden...)
	t := m.affine(scope, h)
	stretch = ReduceSum(t.logScale, -1)
	if m.Params.Encoder == splined {
		first, second := halves(noise)
		bent, slope := m.splines(scope, h, first.Shape().Dim(-1)).Forward(first)
		noise, stretch = bent, Add(stretch, ReduceSum(slope, -1))
		if second != nil {
			scope := scope.At("second")
			h := nets.MLP(scope, Concatenate([]*Node{q, bent}, -1), m.Params.EncoderHidden...)
			bent, slope := m.splines(scope, h, second.Shape().Dim(-1)).Forward(second)
			noise, stretch = Concatenate([]*Node{noise, bent}, -1), Add(stretch, ReduceSum(slope, -1))
		}
	}
	return Add(t.mean, Mul(convops.Exp(t.logScale), noise)), stretch
}

// halves cuts noise, [n, d], into its first ⌈d/2⌉ coordinates and the others, or nil if there is one only. It has no
// derivative.
func halves(noise *Node) (first, second *Node) {
	noise = StopGradient(noise)
	d := noise.Shape().Dim(-1)
	middle := (d + 1) / 2
	first = Slice(noise, AxisRange(), AxisRange(0, middle))
	if d > 1 {
		second = Slice(noise, AxisRange(), AxisRange(middle, d))
	}
	return first, second
}
