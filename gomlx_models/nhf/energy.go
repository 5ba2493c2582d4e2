package nhf

import (
	"slices"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/nets"
	"hgn.local/kernels_xla/convops"
	"hgn.local/kernels_xla/phase"
)

const (
	energyGain = 0.3  // scales the initial output weights of K and V, on top of the usual scale: the flow starts near the identity
	massFloor  = 0.05 // lower bound of the masses of a fixed kinetic energy, so that |p/m| < 20 |p|
	maxLogDt   = 3    // how far the logarithm of a learned dt can move
)

// stage is one Hamiltonian of the chain, with the time step of its leapfrog.
type stage struct {
	h  phase.Separable
	dt *Node // scalar, positive
}

// stages returns the Hamiltonians H_1 ... H_T, ordered from the prior to the data.
func (m *Model) stages(scope *model.Scope, g *Graph) []stage {
	all := make([]stage, m.Params.Hamiltonians)
	for i := range all {
		if i > 0 && m.Params.Shared {
			all[i] = all[0]
			continue
		}
		at := scope.At("hamiltonian_%d", i)
		all[i] = stage{m.energies(m, at), m.timeStep(at, g)}
	}
	return all
}

// perceptrons is K(p) + V(q), each a perceptron plus a spring; a fixed K is a quadratic form instead. Given conditions c, the
// perceptron of V sees them beside q: V(q; c) is another potential for each of them, and the leapfrog with it keeps the
// volume and can be undone as with any.
func (m *Model) perceptrons(scope *model.Scope) phase.Separable {
	p := m.Params
	field := func(scope *model.Scope, c *Node) func(x *Node) *Node {
		energy := nets.ForceField(scope, p.Activation, energyGain, p.EnergyHidden...)
		return spring(p.Spring, func(x *Node) *Node { return energy(nets.Beside(x, c)) })
	}
	kinetic, potential := scope.At("kinetic"), field(scope.At("potential"), m.cond)
	if p.Kinetic == "fixed" {
		return phase.Sum{K: func(p *Node) *Node { return fixedKinetic(kinetic, p) }, V: potential}
	}
	return phase.Sum{K: field(kinetic, nil), V: potential}
}

// spring returns the energy c|x|²/2 + f(x). With springs in K and V the flow starts as a rotation of phase space
// instead of the identity; the package documentation on collapse explains why.
func spring(c float64, f func(x *Node) *Node) func(x *Node) *Node {
	if c == 0 {
		return f
	}
	return func(x *Node) *Node { return Add(f(x), MulScalar(ReduceSum(Square(x), -1), c/2)) }
}

// fixedKinetic is pᵀM⁻¹p/2 with a learned diagonal M (Souveton et al. 2023). The masses start at 3.4, heavy enough
// that the flow starts near the identity.
func fixedKinetic(scope *model.Scope, p *Node) *Node {
	d := p.Shape().Dim(-1)
	w := nets.WeightWithValues(scope, p.Graph(), p.DType(), "mass", slices.Repeat([]float64{1.5}, d), 1, d)
	mass := AddScalar(Add(w, Sqrt(AddScalar(Square(w), 1))), massFloor)
	return MulScalar(ReduceSum(Div(Square(p), mass), -1), 0.5)
}

// timeStep returns the dt of one Hamiltonian.
func (m *Model) timeStep(scope *model.Scope, g *Graph) *Node {
	dt := Scalar(g, m.dtype, m.Params.Dt)
	if !m.Params.LearnDt {
		return dt
	}
	return Mul(dt, convops.Exp(bounded(nets.Weight(scope, g, m.dtype, "log_dt", 0), maxLogDt)))
}

// bounded returns about x for small x, and stays smoothly between -limit and limit.
func bounded(x *Node, limit float64) *Node {
	return Div(x, Sqrt(AddScalar(Square(MulScalar(x, 1/limit)), 1)))
}
