package integrate

import (
	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	. "github.com/gomlx/gomlx/support/exceptions"

	"hgn.local/kernels_xla/phase"
)

// leastLoop is the number of steps from which on a loop is compiled in place of the unrolled steps.
const leastLoop = 8

// Loops tells whether programs of a backend can hold loops. Path then compiles in a time, and its gradient needs a program of a
// size, that do not depend on the number of steps, and the number of steps can be an input. That is so on XLA.
func Loops(b compute.Backend) bool {
	c := b.Capabilities()
	return c.Functions && c.Operations[compute.OpTypeDynamicSlice] && c.Operations[compute.OpTypeDynamicUpdateSlice]
}

// Path is Rollout with its steps+1 states in one piece: Q and P are [steps+1, batch, ...], s first. The gradient of a loss of
// them reaches s, dt and the parameters of h, once: a Path has no second derivative.
//
// Where until is not nil, only that many steps are done, an int32 scalar between 0 and steps, and the states behind them are
// zero: one program then serves every length. It needs a backend with Loops.
func Path(in Integrator, h phase.Hamiltonian, s phase.State, dt *Node, steps int, until *Node) phase.State {
	if loops := Loops(s.Q.Graph().Backend()); loops && (steps >= leastLoop || until != nil) {
		if path, ok := loop(in, h, s, dt, steps, until); ok {
			return path
		}
	}
	if until != nil {
		Panicf("the backend has no loops in which this Hamiltonian could be integrated, so that the number of steps cannot be an input")
	}
	states := Rollout(in, h, s, dt, steps)
	qs, ps := make([]*Node, len(states)), make([]*Node, len(states))
	for i, s := range states {
		qs[i], ps[i] = s.Q, s.P
	}
	return phase.State{Q: Stack(qs, 0), P: Stack(ps, 0)}
}
