package integrate_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/graphtest"
	"hgn.local/kernels_xla/integrate"
	"hgn.local/kernels_xla/phase"
)

// A Path has the states of a Rollout on the Go backend, and a loss of them the same gradient with respect to the start, to dt, which has one value
// a row, and to every parameter of H: where the path is a loop, that is a second loop. With fewer steps than there is room for,
// it is that of the shorter rollout, in the same program.
func TestPath(t *testing.T) {
	const steps, batch = 12, 3
	loops := integrate.Loops(backend(t))
	eachPair(t, func(t *testing.T, in integrate.Integrator, s system) {
		program := func(b compute.Backend, path func(h phase.Hamiltonian, start phase.State, dt, until *Node) phase.State) *model.Exec {
			store := s.store(t)
			exec, err := model.NewExec(b, store, func(scope *model.Scope, q, p, dt, until *Node) []*Node {
				all := path(s.hamiltonian(scope), phase.State{Q: q, P: p}, dt, until)
				loss := ReduceAllSum(Add(Mul(all.Q, Square(all.P)), Sin(all.Q)))
				wrt := []*Node{q, p, dt}
				for _, name := range slices.Sorted(maps.Keys(s.parameters)) {
					wrt = append(wrt, scope.GetVariable(name).NodeValue(q.Graph()))
				}
				return append([]*Node{all.Q, all.P, loss}, Gradient(loss, wrt...)...)
			})
			ok(t, err)
			return exec
		}
		stacked := func(states []phase.State) phase.State {
			var qs, ps []*Node
			for _, s := range states {
				qs, ps = append(qs, s.Q), append(ps, s.P)
			}
			return phase.State{Q: Stack(qs, 0), P: Stack(ps, 0)}
		}
		q, p := s.starts(batch)
		call := func(exec *model.Exec, until int32) [][]float64 {
			out, err := exec.Call(tensor(q, batch, s.dim), tensor(p, batch, s.dim), tensor([]float64{0.1, -0.07, 0.05}, batch, 1), tensors.FromScalar(until))
			ok(t, err)
			var all [][]float64
			for _, o := range out {
				all = append(all, values(o))
			}
			return all
		}
		compare := func(what string, got, want [][]float64) {
			t.Helper()
			for i := range want {
				short := got[i]
				if i < 2 { // behind the last state there is nothing
					short = got[i][:len(want[i])]
					if rest := got[i][len(want[i]):]; slices.ContainsFunc(rest, func(x float64) bool { return x != 0 }) {
						t.Errorf("%s: behind the last state is %v", what, rest)
					}
				}
				if e := distance(short, want[i]); !(e < 1e-11) {
					t.Errorf("%s: output %d is %.6v, that of a rollout %.6v", what, i, short, want[i])
				}
			}
		}
		rollout := func(n int) [][]float64 {
			return call(program(graphtest.Go(t), func(h phase.Hamiltonian, start phase.State, dt, _ *Node) phase.State {
				return stacked(integrate.Rollout(in, h, start, dt, n))
			}), 0)
		}
		whole := program(backend(t), func(h phase.Hamiltonian, start phase.State, dt, _ *Node) phase.State {
			return integrate.Path(in, h, start, dt, steps, nil)
		})
		compare("all steps", call(whole, 0), rollout(steps))
		if !loops {
			return
		}
		some := program(backend(t), func(h phase.Hamiltonian, start phase.State, dt, until *Node) phase.State {
			return integrate.Path(in, h, start, dt, steps, until)
		})
		for _, n := range []int{0, 1, 5, steps} {
			compare("some steps", call(some, int32(n)), rollout(n))
		}
	})
}
