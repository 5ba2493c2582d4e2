package integrate_test

import (
	"slices"
	"strings"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/integrate"
	"hgn.local/kernels_xla/phase"
)

// Run gives the states of a rollout whatever the chunk, with one program for every length and dt.
func TestTrajectoryEqualsRollout(t *testing.T) {
	const longest, dt, batch = 7, 0.1, 3
	eachPair(t, func(t *testing.T, in integrate.Integrator, s system) {
		exec, err := model.NewExec(backend(t), s.store(t), func(scope *model.Scope, q, p, dt *Node) (*Node, *Node) {
			var qs, ps []*Node
			for _, s := range integrate.Rollout(in, s.hamiltonian(scope), phase.State{Q: q, P: p}, dt, longest) {
				qs, ps = append(qs, s.Q), append(ps, s.P)
			}
			return Stack(qs, 0), Stack(ps, 0)
		})
		ok(t, err)
		q, p := s.starts(batch)
		rolledQ, rolledP, err := exec.Call2(tensor(q, batch, s.dim), tensor(p, batch, s.dim), dt)
		ok(t, err)
		for _, chunk := range []int{1, 3, longest} {
			prog := compile(t, in, s, chunk)
			for _, steps := range []int{0, 1, 3, 4, 6, longest} {
				qs, ps := prog.run(t, q, p, dt, steps)
				if want := []int{steps + 1, batch, s.dim}; !slices.Equal(qs.Shape().Dimensions, want) {
					t.Fatalf("%d steps give states of shape %s, want %v", steps, qs.Shape(), want)
				}
				n := (steps + 1) * len(q)
				e := max(distance(values(qs), values(rolledQ)[:n]), distance(values(ps), values(rolledP)[:n]))
				if !(e < 1e-14) {
					t.Errorf("%d steps in chunks of %d differ from the rollout by %.2g", steps, chunk, e)
				}
			}
			if prog.builds != 1 {
				t.Errorf("chunks of %d: the program was built %d times, want once", chunk, prog.builds)
			}
		}
	})
}

// Run leaves its inputs as they were and its results independent of them.
func TestTrajectoryKeepsItsInputs(t *testing.T) {
	q, p := massSpring.starts(2)
	tq, tp := tensor(q, 2, 1), tensor(p, 2, 1)
	prog := compile(t, integrate.Leapfrog, massSpring, 2)
	first, _, err := prog.Run(tq, tp, tensors.FromScalar(0.1), 5)
	ok(t, err)
	again, _, err := prog.Run(tq, tp, tensors.FromScalar(0.1), 5)
	ok(t, err)
	if !slices.Equal(values(tq), q) || !slices.Equal(values(tp), p) {
		t.Error("the start was changed")
	}
	if !slices.Equal(values(first), values(again)) {
		t.Error("the same run twice gives different states")
	}
}

// A trajectory sees the parameters as they are when it runs, not as they were when it was compiled.
func TestTrajectorySeesNewParameters(t *testing.T) {
	store := massSpring.store(t)
	trajectory, err := integrate.NewTrajectory(backend(t), store, integrate.Leapfrog, massSpring.dynamics, 2)
	ok(t, err)
	end := func() float64 {
		one := []float64{1}
		qs, _, err := trajectory.Run(tensor(one, 1, 1), tensor(one, 1, 1), tensors.FromScalar(0.1), 2)
		ok(t, err)
		return values(qs)[2]
	}
	soft := end()
	ok(t, store.GetVariable("/k").SetValue(tensors.FromScalar(20.0)))
	if stiff := end(); stiff >= soft {
		t.Errorf("q = %g with the spring ten times stiffer, %g before", stiff, soft)
	}
}

func TestTrajectoryErrors(t *testing.T) {
	for _, chunk := range []int{0, -3} {
		_, err := integrate.NewTrajectory(backend(t), model.NewStore(), integrate.Leapfrog, massSpring.dynamics, chunk)
		if err == nil || !strings.Contains(err.Error(), "at least 1 step") {
			t.Errorf("a chunk of %d: got %v", chunk, err)
		}
	}
	prog := compile(t, integrate.Leapfrog, massSpring, 2)
	q := tensor([]float64{1}, 1, 1)
	if _, _, err := prog.Run(q, q, tensors.FromScalar(0.1), -1); err == nil || !strings.Contains(err.Error(), "negative dt") {
		t.Errorf("-1 steps: got %v, want advice to use a negative dt", err)
	}
	broken := func(*model.Scope) phase.Dynamics {
		return phase.Sum{K: sumSquares, V: func(q *Node) *Node { return MatMul(q, q) }}
	}
	trajectory, err := integrate.NewTrajectory(backend(t), model.NewStore(), integrate.Leapfrog, broken, 2)
	ok(t, err)
	wide := tensor([]float64{1, 2, 3}, 1, 3)
	if _, _, err := trajectory.Run(wide, wide, tensors.FromScalar(0.1), 3); err == nil {
		t.Error("a Hamiltonian that cannot be built gives no error")
	}
}
