package phase_test

import (
	"math/rand/v2"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"hgn.local/kernels_xla/graphtest"
	"hgn.local/kernels_xla/phase"
)

var (
	ok          = graphtest.OK
	near        = graphtest.Near
	differences = graphtest.Differences
)

// function is a compiled function of a state, from and to flat float64 slices.
type function func(q, p []float64) [][]float64

// compile prepares f for states of the given dimensions.
func compile(t *testing.T, f func(s phase.State) []*Node, dims ...int) function {
	t.Helper()
	backend := graphtest.Sequential(t)
	exec, err := NewExec(backend, func(q, p *Node) []*Node { return f(phase.State{Q: q, P: p}) })
	ok(t, err)
	return func(q, p []float64) [][]float64 {
		t.Helper()
		return call(t, exec, tensors.FromFlatDataAndDimensions(q, dims...), tensors.FromFlatDataAndDimensions(p, dims...))
	}
}

// compileScaled is compile with a scalar besides the state.
func compileScaled(t *testing.T, f func(s phase.State, scale *Node) []*Node) func(q, p []float64, scale float64) [][]float64 {
	t.Helper()
	backend := graphtest.Sequential(t)
	exec, err := NewExec(backend, func(q, p, scale *Node) []*Node { return f(phase.State{Q: q, P: p}, scale) })
	ok(t, err)
	return func(q, p []float64, scale float64) [][]float64 {
		t.Helper()
		return call(t, exec, tensors.FromFlatDataAndDimensions(q, batch, dim),
			tensors.FromFlatDataAndDimensions(p, batch, dim), scale)
	}
}

// call returns the flat values of all outputs.
func call(t *testing.T, exec *Exec, inputs ...any) [][]float64 {
	t.Helper()
	out, err := exec.Call(inputs...)
	ok(t, err)
	var flat [][]float64
	for _, o := range out {
		flat = append(flat, tensors.MustCopyFlatData[float64](o))
	}
	return flat
}

func normal(n int, seed uint64) []float64 {
	r := rand.New(rand.NewPCG(seed, 0))
	x := make([]float64, n)
	for i := range x {
		x[i] = r.NormFloat64()
	}
	return x
}

func negated(x []float64) []float64 {
	y := make([]float64, len(x))
	for i := range x {
		y[i] = -x[i]
	}
	return y
}

func sum(x []float64) float64 {
	s := 0.0
	for _, v := range x {
		s += v
	}
	return s
}
