package integrate_test

import (
	"slices"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/integrate"
	"hgn.local/kernels_xla/phase"
)

// The gradient of a loss on all states of a rollout, with respect to the start and to every parameter
// of H, equals finite differences. It needs the second derivatives of H. On a backend with loops the rollout is one.
func TestRolloutGradient(t *testing.T) {
	const steps, dt, batch = 10, 0.1, 2
	eachPair(t, func(t *testing.T, in integrate.Integrator, s system) {
		store := s.store(t)
		lossOf := func(scope *model.Scope, q, p *Node) *Node {
			start := phase.State{Q: q, P: p}
			all := integrate.Path(in, s.hamiltonian(scope), start, Const(q.Graph(), dt), steps, nil)
			return ReduceAllMean(Add(Mul(all.Q, Square(all.P)), Sin(all.Q)))
		}
		loss, err := model.NewExec(backend(t), store, lossOf)
		ok(t, err)
		gradient, err := model.NewExec(backend(t), store, func(scope *model.Scope, q, p *Node) []*Node {
			l := lossOf(scope, q, p)
			wrt := []*Node{q, p}
			for v := range store.IterVariables() {
				wrt = append(wrt, v.NodeValue(q.Graph()))
			}
			return Gradient(l, wrt...)
		})
		ok(t, err)

		q, p := s.starts(batch)
		inputs := [][]float64{q, p}
		evaluate := func() float64 {
			l, err := loss.Call1(tensor(inputs[0], batch, s.dim), tensor(inputs[1], batch, s.dim))
			ok(t, err)
			return tensors.ToScalar[float64](l)
		}
		got, err := gradient.Call(tensor(q, batch, s.dim), tensor(p, batch, s.dim))
		ok(t, err)

		compare := func(what string, got []float64, at []float64, set func([]float64)) {
			t.Helper()
			want := make([]float64, len(at))
			for i := range at {
				want[i] = derivative(func(shift float64) float64 {
					moved := slices.Clone(at)
					moved[i] += shift
					set(moved)
					return evaluate()
				})
			}
			set(at)
			if e := distance(got, want); !(e < 1e-6) {
				t.Errorf("gradient with respect to %s: %.8v, finite differences %.8v", what, got, want)
			}
			if norm := distance(want, make([]float64, len(want))); norm < 1e-4 {
				t.Errorf("the loss hardly depends on %s (%.2g): nothing was tested", what, norm)
			}
		}
		compare("q", values(got[0]), q, func(x []float64) { inputs[0] = x })
		compare("p", values(got[1]), p, func(x []float64) { inputs[1] = x })
		i := 2
		for v := range store.IterVariables() {
			compare(v.Path(), values(got[i]), values(v.MustValue()), func(x []float64) {
				ok(t, v.SetValue(tensors.FromFlatDataAndDimensions(x, v.Shape().Dimensions...)))
			})
			i++
		}
	})
}

// derivative is f'(0) to about 1e-11.
func derivative(f func(shift float64) float64) float64 {
	const h = 1e-3
	sum := 0.0
	for _, s := range stencil {
		sum += s.weight * f(s.shift*h)
	}
	return sum / h
}
