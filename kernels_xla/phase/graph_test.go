package phase_test

import (
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"gonum.org/v1/gonum/diff/fd"

	"hgn.local/kernels_xla/phase"
)

// openBackend opens the Go backend; all tests share it.
var openBackend = sync.OnceValues(func() (compute.Backend, error) {
	return compute.NewWithConfig("go:ops_sequential")
})

// function is a compiled function of a state, from and to flat float64 slices.
type function func(q, p []float64) [][]float64

// compile prepares f for states of the given dimensions.
func compile(t *testing.T, f func(s phase.State) []*Node, dims ...int) function {
	t.Helper()
	backend, err := openBackend()
	ok(t, err)
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
	backend, err := openBackend()
	ok(t, err)
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

// differences is the gradient of f at x by central differences.
func differences(f func(x []float64) float64, x []float64) []float64 {
	return fd.Gradient(nil, f, x, &fd.Settings{Formula: fd.Central})
}

func normal(n int, seed uint64) []float64 {
	r := rand.New(rand.NewPCG(seed, 0))
	x := make([]float64, n)
	for i := range x {
		x[i] = r.NormFloat64()
	}
	return x
}

// near reports where got differs from want.
func near(t *testing.T, what string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%s has %d values, want %d", what, len(got), len(want))
	}
	for i := range got {
		if !(math.Abs(got[i]-want[i]) <= tolerance) {
			t.Errorf("%s: entry %d is %.12g, want %.12g", what, i, got[i], want[i])
		}
	}
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

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
