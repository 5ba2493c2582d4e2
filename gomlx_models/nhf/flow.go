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
// after every leapfrog step.
func (m *Model) forward(scope *model.Scope, in integrate.Integrator, s phase.State) []phase.State {
	states := []phase.State{s}
	for _, st := range m.stages(scope, s.Q.Graph()) {
		last := states[len(states)-1]
		states = append(states, integrate.Rollout(in, st.h, last, st.dt, m.Params.LeapfrogSteps)[1:]...)
	}
	return states
}

// inverse takes states of the data back to states of the prior: H_T first, with -dt.
func (m *Model) inverse(scope *model.Scope, in integrate.Integrator, s phase.State) phase.State {
	for _, st := range slices.Backward(m.stages(scope, s.Q.Graph())) {
		s = integrate.Rollout(in, st.h, s, Neg(st.dt), m.Params.LeapfrogSteps)[m.Params.LeapfrogSteps]
	}
	return s
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
