package integrate

import (
	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	. "github.com/gomlx/gomlx/support/exceptions"

	"hgn.local/kernels_xla/phase"
)

// leastLoop is the least number of steps for which a loop replaces the unrolled steps.
const leastLoop = 8

// Loops tells whether programs of a backend can hold loops, as on XLA. If so, the compile time of Path and the
// program size of its gradient do not depend on the number of steps, and the number of steps can be an input.
func Loops(b compute.Backend) bool {
	c := b.Capabilities()
	return c.Functions && c.Operations[compute.OpTypeDynamicSlice] && c.Operations[compute.OpTypeDynamicUpdateSlice]
}

// Path is Rollout with its steps+1 states stacked: Q and P are [steps+1, batch, ...], s first. The gradient of a loss
// of them reaches s, dt and the parameters of h, once: a Path has no second derivative.
//
// If until is not nil, Path does only that many steps, an int32 scalar between 0 and steps, and the states behind
// them are zero: one program then serves every length. This needs a backend with Loops.
func Path(in Integrator, h phase.Dynamics, s phase.State, dt *Node, steps int, until *Node) phase.State {
	paths := follow(in, h, s, dt, steps, until, 2)
	return phase.State{Q: paths[0], P: paths[1]}
}

// PathAndResidual is Path, together with the largest residual of the implicit equations in each step, [steps+1] with
// 0 for the start: |f(x) - x|/(1 + |f(x)|) of the last iterate but one of x = f(x), over all coordinates of all rows.
// A path that reached numbers that are not finite has a residual of 1e30. The residual is nil if nothing is implicit.
func PathAndResidual(in Integrator, h phase.Dynamics, s phase.State, dt *Node, steps int, until *Node) (path phase.State, residual *Node) {
	m, splitting := in.(Splitting)
	if conservative, _ := undamped(h, s); !splitting || isSeparable(conservative) {
		return Path(in, h, s, dt, steps, until), nil
	}
	m.watched = true
	paths := follow(m, h, s, dt, steps, until, 3)
	const huge = 1e30
	most := Scalar(s.Q.Graph(), s.Q.DType(), huge)
	finite := Where(LessThan(paths[2], most), paths[2], most) // the comparison is false for NaN
	residual = ReduceMax(Reshape(finite, steps+1, -1), -1)
	return phase.State{Q: paths[0], P: paths[1]}, residual
}

// follow returns the paths of the first n values that a stepper carries. It uses a loop if the backend has loops.
func follow(in Integrator, h phase.Dynamics, s phase.State, dt *Node, steps int, until *Node, n int) []*Node {
	if loops := Loops(s.Q.Graph().Backend()); loops && (steps >= leastLoop || until != nil) {
		if paths, ok := loop(in, h, s, dt, steps, until); ok {
			return paths[:n]
		}
	}
	if until != nil {
		Panicf("the backend has no loops in which this Hamiltonian could be integrated, so that the number of steps cannot be an input")
	}
	mustCount(steps)
	run := in.start(h, s, dt)
	paths := make([]*Node, n)
	rows := make([]part, n)
	for i := range steps + 1 {
		if i > 0 {
			run.next()
		}
		for k, x := range run.carry()[:n] {
			rows[k] = append(rows[k], x)
		}
	}
	for k := range paths {
		paths[k] = Stack(rows[k], 0)
	}
	return paths
}
