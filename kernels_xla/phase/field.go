package phase

import (
	. "github.com/gomlx/gomlx/core/graph"
)

// Field returns Hamilton's vector field (dq/dt, dp/dt) = (∂H/∂p, -∂H/∂q) at s, each of the state's
// shape. It stays differentiable with respect to the state and to the parameters of h.
func Field(h Hamiltonian, s State) (dq, dp *Node) {
	q, p := leaf(s.Q), leaf(s.P)
	g := gradient(ReduceAllSum(h.Energy(State{Q: q, P: p})), q, p)
	return g[1], Neg(g[0])
}

// Velocity returns dq/dt = ∂K/∂p of a separable Hamiltonian, of the shape of p.
func Velocity(h Separable, p *Node) *Node {
	p = leaf(p)
	return gradient(ReduceAllSum(h.Kinetic(p)), p)[0]
}

// Force returns dp/dt = -∂V/∂q of a separable Hamiltonian, of the shape of q.
func Force(h Separable, q *Node) *Node {
	q = leaf(q)
	return Neg(gradient(ReduceAllSum(h.Potential(q)), q)[0])
}

// PartialForce returns -∂H/∂q at (q, p). It and PartialVelocity compute one half of Field each, for callers that do
// not need the other.
func PartialForce(h Hamiltonian, s State) *Node {
	if sep, ok := h.(Separable); ok {
		return Force(sep, s.Q)
	}
	q := leaf(s.Q)
	return Neg(gradient(ReduceAllSum(h.Energy(State{Q: q, P: leaf(s.P)})), q)[0])
}

// PartialVelocity returns ∂H/∂p at (q, p); see PartialForce.
func PartialVelocity(h Hamiltonian, s State) *Node {
	if sep, ok := h.(Separable); ok {
		return Velocity(sep, s.P)
	}
	p := leaf(s.P)
	return gradient(ReduceAllSum(h.Energy(State{Q: leaf(s.Q), P: p})), p)[0]
}

// leaf returns x as a new node. Gradient(H(leaf(x)), leaf(x)) stops at it and so is the partial derivative at x,
// whatever x itself was computed from; the gradient of a loss that uses the result passes through it to x.
func leaf(x *Node) *Node {
	return IdentityWithCustomGradient(x, func(_, v *Node) *Node { return v })
}
