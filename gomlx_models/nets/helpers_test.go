package nets

import (
	"math"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"gonum.org/v1/gonum/diff/fd"
)

// openBackend opens the Go backend, without its limit on parallelism, as package device does; all tests
// share it.
var openBackend = sync.OnceValues(func() (compute.Backend, error) {
	return compute.NewWithConfig("go:parallelism=-1")
})

// builder makes the outputs of a program from its inputs and the variables of scope.
type builder = func(scope *model.Scope, in []*Node) []*Node

// compile prepares f on the variables of store. The program returns the flat float64 values of each
// output.
func compile(t *testing.T, store *model.Store, f builder) func(inputs ...any) [][]float64 {
	t.Helper()
	backend, err := openBackend()
	ok(t, err)
	exec, err := model.NewExec(backend, store, f)
	ok(t, err)
	return func(inputs ...any) [][]float64 {
		t.Helper()
		out, err := exec.Call(inputs...)
		ok(t, err)
		var flat [][]float64
		for _, o := range out {
			flat = append(flat, tensors.MustCopyFlatData[float64](o))
		}
		return flat
	}
}

func seeded(seed uint64) *model.Store {
	store := model.NewStore()
	store.SetParam(SeedParam, seed)
	return store
}

// values are those of the variable at path.
func values(t *testing.T, store *model.Store, path string) []float64 {
	t.Helper()
	v := store.GetVariable(path)
	if v == nil {
		t.Fatalf("there is no variable %s", path)
	}
	return tensors.MustCopyFlatData[float64](v.MustValue())
}

// variableDifferences is the gradient of f with respect to the variable at path.
func variableDifferences(t *testing.T, store *model.Store, path string, f func() float64) []float64 {
	t.Helper()
	v := store.GetVariable(path)
	start := values(t, store, path)
	set := func(x []float64) {
		ok(t, v.SetValue(tensors.FromFlatDataAndDimensions(append([]float64(nil), x...), v.Shape().Dimensions...)))
	}
	defer set(start)
	return differences(func(x []float64) float64 { set(x); return f() }, append([]float64(nil), start...))
}

// differences is the gradient of f at x by central differences.
func differences(f func(x []float64) float64, x []float64) []float64 {
	return fd.Gradient(nil, f, x, &fd.Settings{Formula: fd.Central})
}

// draw is n standard normal numbers.
func draw(seed uint64, n int) []float64 {
	r := rand.New(rand.NewPCG(seed, 1))
	x := make([]float64, n)
	for i := range x {
		x[i] = r.NormFloat64()
	}
	return x
}

func matrix(x []float64, rows, columns int) *tensors.Tensor {
	return tensors.FromFlatDataAndDimensions(append([]float64(nil), x...), rows, columns)
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

func largest(x []float64) float64 {
	m := 0.0
	for _, v := range x {
		m = max(m, math.Abs(v))
	}
	return m
}

func moments(x []float64) (mean, std float64) {
	for _, v := range x {
		mean += v / float64(len(x))
	}
	for _, v := range x {
		std += (v - mean) * (v - mean) / float64(len(x))
	}
	return mean, math.Sqrt(std)
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
