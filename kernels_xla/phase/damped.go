package phase

import (
	. "github.com/gomlx/gomlx/core/graph"
)

// Damped is a Hamiltonian system with friction, which takes momentum away at a rate c ≥ 0, in 1/time:
//
//	dq/dt = ∂H/∂p        dp/dt = -∂H/∂q - c p
//
// With K = |p|²/2 it is the port-Hamiltonian system of the dissipation R = c, which has -R ∂H/∂p there. Energy is that of the
// conservative part. It falls, dH/dt = -c p·∂H/∂p, where K grows with |p| along every ray, as one that is quadratic in p does.
// The flow is conformally symplectic for any H: it shrinks the symplectic form by exp(-ct), and the phase-space volume of d
// degrees of freedom by exp(-cdt) (McLachlan and Perlmutter 2001). A negative c is what time reversal makes of it: a film of
// a damped system played backwards gains energy.
type Damped struct {
	Hamiltonian
	Rate func(p *Node) *Node // c in the graph and dtype of p, a scalar or [batch, 1, ...]
}

// Rates is (∂H/∂p, -∂H/∂q - c p).
func (h Damped) Rates(s State) (dq, dp *Node) {
	dq, dp = h.Hamiltonian.Rates(s)
	return dq, Sub(dp, Mul(h.Rate(s.P), s.P))
}
