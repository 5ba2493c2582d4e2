package integrate

import (
	. "github.com/gomlx/gomlx/core/graph"

	"hgn.local/kernels_xla/phase"
)

// Rollout unrolls steps steps of dt from s into the graph and returns the steps+1 states, s first.
// It is the form to differentiate: the gradient of a loss on any of the states reaches s and the
// parameters of h (HGN paper, Sec. 3.1). A splitting method reuses the force between steps.
func Rollout(in Integrator, h phase.Separable, s phase.State, dt *Node, steps int) []phase.State {
	states := make([]phase.State, 1, steps+1)
	states[0] = s
	run := in.start(h, s, dt)
	for range steps {
		states = append(states, run.next())
	}
	return states
}
