package integrate_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/integrate"
	"hgn.local/kernels_xla/phase"
)

// The size of a small learned Hamiltonian, in float32.
const benchBatch, benchDim, benchHidden = 64, 4, 64

func BenchmarkLeapfrogStep(b *testing.B) {
	benchmark(b, func(_ *model.Scope, h phase.Hamiltonian, s phase.State, dt *Node) []*Node {
		s = integrate.Leapfrog.Step(h, s, dt)
		return []*Node{s.Q, s.P}
	})
}

// BenchmarkGradient is a rollout with the gradient of a loss on all of its states: unrolled, and as a Path, which is a loop where
// the backend has loops. A long unrolled one takes XLA minutes to compile.
func BenchmarkGradient(b *testing.B) {
	for _, steps := range []int{30, 100, 300, 1000} {
		for _, unrolled := range []bool{true, false} {
			name := fmt.Sprintf("path/%d", steps)
			if unrolled {
				name = fmt.Sprintf("unrolled/%d", steps)
			}
			if unrolled && steps > 30 || !unrolled && !integrate.Loops(backend(b)) {
				continue
			}
			b.Run(name, func(b *testing.B) {
				benchmark(b, func(scope *model.Scope, h phase.Hamiltonian, s phase.State, dt *Node) []*Node {
					var q *Node
					if unrolled {
						q = phase.Concat(integrate.Rollout(integrate.Leapfrog, h, s, dt, steps)...).Q
					} else {
						q = integrate.Path(integrate.Leapfrog, h, s, dt, steps, nil).Q
					}
					return scope.BuildTrainableVariablesGradientsGraph(ReduceAllMean(Square(q)))
				})
			})
		}
	}
}

// benchmark times calls of a graph, and reports apart from them the time to build the graph and the
// time the backend takes to compile it.
func benchmark(b *testing.B, build func(*model.Scope, phase.Hamiltonian, phase.State, *Node) []*Node) {
	mlp := network
	mlp.parameters = networkParameters(benchDim, benchHidden)
	var building time.Duration
	exec, err := model.NewExec(backend(b), mlp.store(b), func(scope *model.Scope, q, p, dt *Node) []*Node {
		began := time.Now()
		defer func() { building = time.Since(began) }()
		return build(scope, mlp.hamiltonian(scope), phase.State{Q: q, P: p}, dt)
	})
	ok(b, err)
	r := rand.New(rand.NewPCG(1, 2))
	x := make([]float64, benchBatch*benchDim)
	for i := range x {
		x[i] = r.NormFloat64()
	}
	state, dt := single(x, benchBatch, benchDim), tensors.FromScalar(float32(0.125))
	began := time.Now()
	_, err = exec.Compile(state.Shape(), state.Shape(), dt.Shape())
	ok(b, err)
	compiling := time.Since(began) - building
	for b.Loop() {
		_, err := exec.Call(state, state, dt)
		ok(b, err)
	}
	b.ReportMetric(building.Seconds()*1e3, "build-ms")
	b.ReportMetric(compiling.Seconds()*1e3, "compile-ms")
}
