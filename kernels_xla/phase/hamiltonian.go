package phase

import (
	. "github.com/gomlx/gomlx/core/graph"
)

// Dynamics moves states: a [Hamiltonian], one with friction ([Damped]), or a [Free] field.
type Dynamics interface {
	// Rates returns the vector field (dq/dt, dp/dt) at s, each of the state's shape.
	Rates(s State) (dq, dp *Node)
}

// Hamiltonian gives the energy H(q, p), shape [batch], of a State. Its Rates are Hamilton's equations, see [Field].
type Hamiltonian interface {
	Dynamics
	Energy(s State) *Node
}

// Separable is a Hamiltonian of the form H(q, p) = K(p) + V(q). Explicit splitting integrators
// (leapfrog and its relatives) are reversible and volume preserving only for these; for any other,
// package integrate solves the implicit equations of the same methods.
type Separable interface {
	Hamiltonian
	Kinetic(p *Node) *Node   // K(p), shape [batch]
	Potential(q *Node) *Node // V(q), shape [batch]
}

// Sum makes a Separable out of its two parts.
type Sum struct {
	K func(p *Node) *Node // [batch, ...] -> [batch]
	V func(q *Node) *Node // [batch, ...] -> [batch]
}

// Kinetic returns K(p), shape [batch].
func (h Sum) Kinetic(p *Node) *Node { return h.K(p) }

// Potential returns V(q), shape [batch].
func (h Sum) Potential(q *Node) *Node { return h.V(q) }

// Energy returns K(p) + V(q), shape [batch].
func (h Sum) Energy(s State) *Node { return Add(h.K(s.P), h.V(s.Q)) }

// Rates is (∂K/∂p, -∂V/∂q).
func (h Sum) Rates(s State) (dq, dp *Node) { return Velocity(h, s.P), Force(h, s.Q) }

// Joint makes a Hamiltonian of any H(q, p), which need not be separable.
type Joint func(s State) *Node // returns shape [batch]

// Energy returns H(q, p), shape [batch].
func (h Joint) Energy(s State) *Node { return h(s) }

// Rates is (∂H/∂p, -∂H/∂q).
func (h Joint) Rates(s State) (dq, dp *Node) { return Field(h, s) }
