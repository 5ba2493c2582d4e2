package integrate

import (
	. "github.com/gomlx/gomlx/core/graph"
	. "github.com/gomlx/gomlx/support/exceptions"

	"hgn.local/kernels_xla/phase"
)

// Rollout unrolls steps steps of dt from s into the graph and returns the steps+1 states, s first. Use it to
// differentiate: the gradient of a loss on any of the states reaches s and the parameters of h. A splitting method
// reuses the force between steps: leapfrog computes steps+1 forces, while repeated calls of Step compute 2·steps.
func Rollout(in Integrator, h phase.Dynamics, s phase.State, dt *Node, steps int) []phase.State {
	mustCount(steps)
	states := make([]phase.State, 1, steps+1)
	states[0] = s
	run := in.start(h, s, dt)
	for range steps {
		states = append(states, run.next())
	}
	return states
}

// mustCount panics, as graph-building functions do, if steps is not a number of steps.
func mustCount(steps int) {
	if steps < 0 {
		Panicf("a rollout cannot have %d steps: to run backwards in time, give a negative dt", steps)
	}
}
