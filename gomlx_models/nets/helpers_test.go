package nets

import (
	"math"
	"math/rand/v2"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/graphtest"
)

var (
	ok          = graphtest.OK
	near        = graphtest.Near
	differences = graphtest.Differences
)

// builder makes the outputs of a program from its inputs and the variables of scope.
type builder = func(scope *model.Scope, in []*Node) []*Node

// compile prepares f on the variables of store. The program returns the flat float64 values of each
// output.
func compile(t *testing.T, store *model.Store, f builder) func(inputs ...any) [][]float64 {
	t.Helper()
	backend := graphtest.Backend(t)
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
