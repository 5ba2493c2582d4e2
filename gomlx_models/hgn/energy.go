package hgn

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/nets"
	"hgn.local/kernels_xla/phase"
)

// kinetics lists the forms of K(p), p [batch, d] -> [batch].
var kinetics = map[string]func(m *Model, scope *model.Scope) func(p *Node) *Node{
	// quadratic: |p|²/2. For a mechanical system with constant masses this loses nothing, since a linear change of
	// coordinates brings K to this form.
	"quadratic": func(m *Model, _ *model.Scope) func(p *Node) *Node {
		return func(p *Node) *Node { return halfSquare(m.latent.moving(p)) }
	},
	// even: learned with K(-p) = K(p), so that a reversed video obeys the same H.
	"even": func(m *Model, scope *model.Scope) func(p *Node) *Node {
		return func(p *Node) *Node { return nets.EvenEnergy(scope.At("kinetic"), p, m.Params.EnergyHidden[0]) }
	},
	// mlp: learned without constraints, the paper's choice.
	"mlp": func(m *Model, scope *model.Scope) func(p *Node) *Node {
		f := m.nets.energy(scope, "kinetic")
		return func(p *Node) *Node { return f(nil, p) }
	},
}

// hamiltonians lists the forms of H(q, p).
var hamiltonians = map[string]Hamiltonian{
	// separable: K(p) + V(q) (paper, Sec. 3.1, separable as in its Appendix).
	"separable": func(m *Model, scope *model.Scope) phase.Hamiltonian {
		return phase.Sum{K: kinetics[m.Params.Kinetic](m, scope), V: m.Potential(scope)}
	},
	// metric: |A(q)ᵀp|²/2 + V(q), A = 1 + a network of q. Every mechanical system whose masses depend on its
	// configuration, such as a double pendulum, has this form.
	"metric": func(m *Model, scope *model.Scope) phase.Hamiltonian {
		v := m.Potential(scope)
		return phase.Joint(func(s phase.State) *Node {
			d := m.latent.Dim()
			a := Reshape(nets.Smooth(scope.At("metric"), m.Place(s.Q), d*d, m.Params.EnergyHidden...), -1, d, d)
			return Add(halfSquare(Add(s.P, Einsum("bi,bij->bj", s.P, a))), v(s.Q))
		})
	},
	// inertial: |p|²/2 alone, so that every coordinate keeps its velocity. It is the baseline for videos that need no
	// force.
	"inertial": func(m *Model, scope *model.Scope) phase.Hamiltonian {
		return phase.Sum{K: halfSquare, V: func(q *Node) *Node { return MulScalar(ReduceSum(q, -1), 0) }}
	},
	// joint: any function of q and p.
	"joint": func(m *Model, scope *model.Scope) phase.Hamiltonian {
		h := m.nets.energy(scope, "joint")
		return phase.Joint(func(s phase.State) *Node { return h(s.Q, s.P) })
	},
}

func halfSquare(x *Node) *Node { return MulScalar(ReduceSum(Square(x), -1), 0.5) }

// Potential returns a learned V(q), q [batch, d] -> [batch].
func (m *Model) Potential(scope *model.Scope) func(q *Node) *Node {
	f := m.nets.energy(scope, "potential")
	return func(q *Node) *Node { return f(q, nil) }
}

// hamiltonian returns the learned H(q, p).
func (m *Model) hamiltonian(scope *model.Scope) phase.Hamiltonian {
	h, _ := hamiltonianNamed(m.Params.Hamiltonian)
	return h(m, scope.At("hamiltonian"))
}

// parts returns the kinetic and the potential energy of a state. If H does not separate the two, the potential energy
// is the energy at rest, H(q, 0).
func parts(h phase.Hamiltonian, s phase.State) (k, v *Node) {
	if sep, ok := h.(phase.Separable); ok {
		return sep.Kinetic(s.P), sep.Potential(s.Q)
	}
	v = h.Energy(phase.State{Q: s.Q, P: ZerosLike(s.P)})
	return Sub(h.Energy(s), v), v
}
