package integrate_test

import (
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/fakepjrt"
	"hgn.local/kernels_xla/graphtest"
	"hgn.local/kernels_xla/integrate"
	"hgn.local/kernels_xla/phase"
)

// Every integrator lowers to XLA on every system: a trajectory with dt as an input, either way by one program, and the
// gradient of a loss on a rollout. None uses an operator that the Go backend does not have.
func TestLowering(t *testing.T) {
	x := fakepjrt.Open(t, 1)
	eachPair(t, func(t *testing.T, in integrate.Integrator, s system) {
		before, err := x.Programs()
		ok(t, err)
		trajectory, err := integrate.NewTrajectory(x.Backend, s.store(t), in, s.dynamics, 4)
		ok(t, err)
		q, p := s.starts(3)
		start, momentum := tensor(q, -1, s.dim), tensor(p, -1, s.dim)
		for _, dt := range []float64{0.1, -0.05} {
			_, _, err = trajectory.Run(start, momentum, tensors.FromScalar(dt), 8)
			ok(t, err)
		}
		after, err := x.Programs()
		ok(t, err)
		if n := len(after) - len(before); n != 1 {
			t.Errorf("two time steps took %d programs, want one", n)
		}
		gradient, err := model.NewExec(x.Backend, s.store(t), func(scope *model.Scope, q, p *Node) []*Node {
			all := phase.Concat(integrate.Rollout(in, s.hamiltonian(scope), phase.State{Q: q, P: p}, Const(q.Graph(), 0.1), 3)...)
			return Gradient(ReduceAllMean(Square(all.Q)), q, p)
		})
		ok(t, err)
		_, err = gradient.Call(start, momentum)
		ok(t, err)
	})
	x.CheckOperators(t, graphtest.Go(t))
}
