package hgn

import (
	"slices"

	"hgn.local/kernels_xla/integrate"
)

// Solved is the residual up to which the implicit equations of training steps count as solved, |f(x) - x|/(1 + |f(x)|)
// of the last iterate but one of x = f(x): the last one is better, and the loss and its gradient change by less than
// that.
const Solved = 1e-4

// implicit tells whether the integrator solves equations at every step, as the splitting methods do of an H that is
// not separable. Training then has a loss "residual". Of a form of your own it has none, which may be either.
func (m *Model) implicit() bool {
	_, splitting := m.integrator.(integrate.Splitting)
	form := m.Params.Hamiltonian
	return splitting && m.HasEnergy() && slices.Contains(builtInHamiltonians, form) && form != "separable" && form != "inertial"
}

// Residual returns the largest residual of the implicit equations in all rollouts so far, which take as many iterations
// as they need: see integrate.Trajectory. It is 0 if nothing is implicit.
func (m *Model) Residual() float64 { return m.trajectory.Residual() }
