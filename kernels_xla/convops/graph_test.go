package convops

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"hgn.local/kernels_xla/graphtest"
	"hgn.local/kernels_xla/onnx"
)

// renamed is the Go backend under another name, so that the forms meant for other backends run in tests.
type renamed struct{ compute.Backend }

func (renamed) Name() string { return "other" }

// backends returns what the tests run on, and the Go backend under another name where that is it.
func backends(t testing.TB) map[string]compute.Backend {
	t.Helper()
	d := graphtest.Device(t)
	if !d.IsGo() {
		return map[string]compute.Backend{d.Name: d.Backend}
	}
	return map[string]compute.Backend{d.Name: d.Backend, "other": renamed{d.Backend}}
}

// onAll returns the backends, and ONNX Runtime where its library is at hand.
func onAll(t testing.TB) map[string]compute.Backend {
	t.Helper()
	all := backends(t)
	if onnx.Available && onnx.Library() != "" {
		b, err := onnx.New("")
		if err != nil {
			t.Fatal(err)
		}
		all["onnx"] = b
	}
	return all
}

// isSingle tells whether a backend's convolution has single precision only, as ONNX Runtime's.
func isSingle(b compute.Backend) bool { return strings.HasPrefix(b.Name(), "onnx") }

// rounding is what results of call may differ by, relative to the largest, from those in double precision.
func rounding(b compute.Backend) float64 {
	if isSingle(b) {
		return 2e-6
	}
	return 1e-15
}

// call runs a graph function once, in single precision where isSingle, and returns its outputs, flat, in float64.
func call(t testing.TB, b compute.Backend, f func(in []*graph.Node) []*graph.Node, in ...*tensors.Tensor) [][]float64 {
	t.Helper()
	exec, err := graph.NewExec(b, f)
	if err != nil {
		t.Fatal(err)
	}
	args := make([]any, len(in))
	for i := range in {
		args[i] = in[i]
		if isSingle(b) {
			args[i] = tensors.FromFlatDataAndDimensions(convert[float32](tensors.MustCopyFlatData[float64](in[i])), in[i].Shape().Dimensions...)
		}
	}
	outs, err := exec.Call(args...)
	if err != nil {
		t.Fatal(err)
	}
	flat := make([][]float64, len(outs))
	for i, out := range outs {
		if isSingle(b) {
			flat[i] = convert[float64](tensors.MustCopyFlatData[float32](out))
		} else {
			flat[i] = tensors.MustCopyFlatData[float64](out)
		}
	}
	return flat
}

func convert[B, A float32 | float64](a []A) []B {
	b := make([]B, len(a))
	for i := range a {
		b[i] = B(a[i])
	}
	return b
}

func normal(r *rand.Rand, dims ...int) *tensors.Tensor {
	size := 1
	for _, d := range dims {
		size *= d
	}
	v := make([]float64, size)
	for i := range v {
		v[i] = r.NormFloat64()
	}
	return tensors.FromFlatDataAndDimensions(v, dims...)
}

// distance is the largest difference, relative to the largest value (or 1).
func distance(got, want []float64) float64 {
	if len(got) != len(want) {
		return math.Inf(1)
	}
	worst, scale := 0.0, 1.0
	for i := range want {
		scale = max(scale, math.Abs(want[i]))
		d := math.Abs(got[i] - want[i])
		if math.IsNaN(d) {
			return math.Inf(1)
		}
		worst = max(worst, d)
	}
	return worst / scale
}
