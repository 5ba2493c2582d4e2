package convops

import (
	"math"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"hgn.local/kernels_xla/graphtest"
)

// activations are the smooth functions with their value and first two derivatives as plain Go.
var activations = []struct {
	name       string
	f          func(*graph.Node) *graph.Node
	v, dv, ddv func(x float64) float64
}{
	{"Exp", Exp, math.Exp, math.Exp, math.Exp},
	{"Sigmoid", Sigmoid, sigmoid,
		func(x float64) float64 { return sigmoid(x) * sigmoid(-x) },
		func(x float64) float64 { return sigmoid(x) * sigmoid(-x) * (sigmoid(-x) - sigmoid(x)) }},
	{"Softplus", Softplus,
		func(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) },
		sigmoid,
		func(x float64) float64 { return sigmoid(x) * sigmoid(-x) }},
	{"AlgebraicSigmoid", AlgebraicSigmoid,
		func(x float64) float64 { return 0.5 + 0.5*x/math.Sqrt(x*x+4) },
		func(x float64) float64 { return 2 * math.Pow(x*x+4, -1.5) },
		func(x float64) float64 { return -6 * x * math.Pow(x*x+4, -2.5) }},
	{"Squareplus", Squareplus,
		func(x float64) float64 { return (x + math.Sqrt(x*x+4)) / 2 },
		func(x float64) float64 { return 0.5 + 0.5*x/math.Sqrt(x*x+4) },
		func(x float64) float64 { return 2 * math.Pow(x*x+4, -1.5) }},
}

func sigmoid(x float64) float64 {
	if x < 0 {
		return math.Exp(x) / (1 + math.Exp(x))
	}
	return 1 / (1 + math.Exp(-x))
}

// derivatives returns f, f' and f” at every x, the derivatives by GoMLX.
func derivatives(f func(*graph.Node) *graph.Node) func(in []*graph.Node) []*graph.Node {
	return func(in []*graph.Node) []*graph.Node {
		y := f(in[0])
		dy := graph.Gradient(graph.ReduceAllSum(y), in[0])[0]
		ddy := graph.Gradient(graph.ReduceAllSum(dy), in[0])[0]
		return []*graph.Node{y, dy, ddy}
	}
}

// TestActivations: value, first and second derivative against the formulas from -100 to 100, relative to
// the size of the function at that point, and the second derivative against differences of the first.
func TestActivations(t *testing.T) {
	var xs []float64
	for x := -100.0; x <= 100; x += 0.37 {
		xs = append(xs, x)
	}
	xs = append(xs, 0, 1e-9, -1e-9, 100)
	for where, backend := range backends(t) {
		for _, a := range activations {
			got := call(t, backend, derivatives(a.f), tensors.FromValue(xs))
			for i, x := range xs {
				for k, f := range []func(float64) float64{a.v, a.dv, a.ddv} {
					if want := f(x); math.Abs(got[k][i]-want) > 1e-13*max(1, math.Abs(want)) || math.IsNaN(got[k][i]) {
						t.Fatalf("%s on %s: derivative %d at %g is %g, want %g", a.name, where, k, x, got[k][i], want)
					}
				}
				if want := a.v(x); a.name != "Squareplus" && a.name != "AlgebraicSigmoid" && math.Abs(got[0][i]/want-1) > 1e-14*(1+math.Abs(x)) {
					t.Fatalf("%s on %s: at %g is %g, want %g: too far in relative terms", a.name, where, x, got[0][i], want)
				}
			}
			near := []float64{-30, -3, -0.5, 0, 0.4, 2, 20}
			up, down := shift(near, 1e-4), shift(near, -1e-4)
			dd := call(t, backend, derivatives(a.f), tensors.FromValue(near))[2]
			hi, lo := call(t, backend, derivatives(a.f), tensors.FromValue(up))[1], call(t, backend, derivatives(a.f), tensors.FromValue(down))[1]
			for i, x := range near {
				if want := (hi[i] - lo[i]) / 2e-4; math.Abs(dd[i]-want) > 1e-7*max(1, math.Abs(want)) {
					t.Errorf("%s on %s: second derivative at %g is %g, differences say %g", a.name, where, x, dd[i], want)
				}
			}
		}
	}
}

func shift(xs []float64, by float64) []float64 {
	out := make([]float64, len(xs))
	for i, x := range xs {
		out[i] = x + by
	}
	return out
}

// TestActivationsFloat32: in the precision of training, nothing overflows into NaN up to +-100, gradients included.
func TestActivationsFloat32(t *testing.T) {
	all := []float32{-100, -89, -50, -1, 0, 1, 50, 89, 100}
	for where, backend := range backends(t) {
		for _, a := range activations {
			xs := all
			if a.name == "Exp" {
				xs = all[:7] // e^89 is beyond float32
			}
			exec := graph.MustNewExec(backend, derivatives(a.f))
			for k, out := range exec.MustCall(xs) {
				f := []func(float64) float64{a.v, a.dv, a.ddv}[k]
				for i, y := range tensors.MustCopyFlatData[float32](out) {
					if want := f(float64(xs[i])); !(math.Abs(float64(y)-want) <= 1e-5*max(1, math.Abs(want))) {
						t.Errorf("%s on %s: derivative %d at %g is %g, want %g", a.name, where, k, xs[i], y, want)
					}
				}
			}
		}
	}
}

// TestNoMathExp: on the Go backend no activation, nor its gradients, uses an operation that calls Go's math.Exp.
func TestNoMathExp(t *testing.T) {
	for _, a := range activations {
		g := graph.NewGraph(graphtest.Go(t), a.name)
		derivatives(a.f)([]*graph.Node{graph.Const(g, []float64{1, 2})})
		for _, node := range g.Nodes() {
			switch node.Type() {
			case graph.NodeTypeExp, graph.NodeTypeLogistic, graph.NodeTypeTanh, graph.NodeTypePow, graph.NodeTypeErf:
				t.Errorf("%s uses %s, which is a hundred times slower from time to time in SIMD builds", a.name, node.Type())
			}
		}
	}
}

// TestRelu: the value is max(x, 0) and the derivative 1 from 0 on, everywhere.
func TestRelu(t *testing.T) {
	xs := []float64{-3, -1e-300, 0, 1e-300, 0.5, 7}
	for where, backend := range backends(t) {
		got := call(t, backend, func(in []*graph.Node) []*graph.Node {
			y := Relu(in[0])
			return []*graph.Node{y, graph.Gradient(graph.ReduceAllSum(y), in[0])[0]}
		}, tensors.FromValue(xs))
		for i, x := range xs {
			slope := 0.0
			if x >= 0 {
				slope = 1
			}
			if got[0][i] != max(x, 0) || got[1][i] != slope {
				t.Errorf("%s: at %g value %g and derivative %g, want %g and %g", where, x, got[0][i], got[1][i], max(x, 0), slope)
			}
		}
	}
}
