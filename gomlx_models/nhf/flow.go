package nhf

import (
	"slices"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/integrate"
	"hgn.local/kernels_xla/phase"
)

// forward takes states of the prior to states of the data, H_1 first. It returns the states before the first and
// after every leapfrog step, and the logarithm of the Jacobian determinant, [n], or nil without refreshments. A
// refreshment of the momenta comes between a Hamiltonian and the next, so that the last momenta of one are not those with
// which the next begins.
func (m *Model) forward(scope *model.Scope, in integrate.Integrator, s phase.State) (states []phase.State, logDet *Node) {
	states = []phase.State{s}
	for i, st := range m.stages(scope, s.Q.Graph()) {
		last := states[len(states)-1]
		if i > 0 && m.Params.Refresh != noRefresh {
			p, stretch := m.refreshed(scope, i-1, last.Q).forth(last.P)
			if last.P = p; logDet == nil {
				logDet = stretch
			} else {
				logDet = Add(logDet, stretch)
			}
		}
		states = append(states, integrate.Rollout(in, st.h, last, st.dt, m.Params.LeapfrogSteps)[1:]...)
	}
	return states, logDet
}

// inverse takes states of the data back to states of the prior: H_T first, with -dt. It returns the logarithm of the
// Jacobian determinant, [n], or nil without refreshments, whose determinant alone is not 1.
func (m *Model) inverse(scope *model.Scope, in integrate.Integrator, s phase.State) (start phase.State, logDet *Node) {
	for i, st := range slices.Backward(m.stages(scope, s.Q.Graph())) {
		s = integrate.Rollout(in, st.h, s, Neg(st.dt), m.Params.LeapfrogSteps)[m.Params.LeapfrogSteps]
		if i == 0 || m.Params.Refresh == noRefresh {
			continue
		}
		p, stretch := m.refreshed(scope, i-1, s.Q).back(s.P)
		if s.P = p; logDet == nil {
			logDet = stretch
		} else {
			logDet = Add(logDet, stretch)
		}
	}
	return s, logDet
}

// exact returns the leapfrog for inference, log p included. It works on a lattice so fine that it hides in rounding,
// where inverse undoes forward to the last bit. Without the lattice, a flow that stretches magnifies rounding errors,
// and a flow that makes four modes out of one stretches. States are standardised, so a coordinate of 64 is far away.
// Training uses the plain leapfrog, because rounding has no derivative.
func (m *Model) exact() integrate.Integrator {
	if m.dtype == dtypes.Float64 {
		return integrate.Leapfrog.OnLattice(46)
	}
	return integrate.Leapfrog.OnLattice(18)
}
