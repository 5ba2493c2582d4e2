// Package phase holds the phase space of a Hamiltonian system inside a GoMLX graph: states,
// Hamiltonians, and the vector field that a Hamiltonian generates (Hamilton's equations)
//
//	dq/dt =  ∂H/∂p
//	dp/dt = -∂H/∂q
//
// What moves a state is called [Dynamics]: a Hamiltonian, one with friction ([Damped]), or a field with no energy behind it
// ([Free]).
//
// # Conventions
//
// A State is a pair (q, p) of nodes of equal shape [batch, ...]; it is never packed into one
// tensor, because taking it apart again inside H would need a Slice, which GoMLX can
// differentiate only once. Energies have shape [batch]. Force is -∂V/∂q (Newton's sign) and
// Velocity is ∂K/∂p.
//
// # The one place that differentiates H
//
// GoMLX's Gradient returns total derivatives. Along a rollout q depends on p through the earlier steps, so the
// derivative of a joint H(q, p) would silently flow back through them; so would that of V if a parameter of V was
// inferred from q. Field, Force and Velocity therefore detach q and p first (see leaf) while leaving them transparent
// to the gradient of the training loss. Nothing else in this module may call Gradient on an energy.
package phase
