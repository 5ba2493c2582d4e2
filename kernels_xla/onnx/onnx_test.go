package onnx

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

// open opens ONNX Runtime and the Go backend, or skips the test.
func open(t *testing.T) (here, reference compute.Backend) {
	t.Helper()
	if !Available || Library() == "" {
		t.Skipf("ONNX Runtime's library is not at hand: put it at %s, or name it in %s", Place(), LibraryEnv)
	}
	here, err := New("")
	if err != nil {
		t.Fatal(err)
	}
	if reference, err = compute.NewWithConfig("go"); err != nil {
		t.Fatal(err)
	}
	return here, reference
}

// Every operator that this package adds agrees with the Go backend's, and so do the gradients that need it.
func TestOperators(t *testing.T) {
	here, reference := open(t)
	for name, f := range map[string]func(x, k *Node) []*Node{
		"atan2": func(x, _ *Node) []*Node {
			return []*Node{Atan2(x, Reverse(x, 0)), Atan2(x, ZerosLike(x)), Atan2(ZerosLike(x), x)}
		},
		"pad": func(x, _ *Node) []*Node {
			return []*Node{Pad(x, ScalarZero(x.Graph(), x.DType()), compute.PadAxis{Start: 1}, compute.PadAxis{End: 2}, compute.PadAxis{Interior: 2}, compute.PadAxis{Start: 1, Interior: 1})}
		},
		"slice": func(x, _ *Node) []*Node {
			return Gradient(ReduceAllSum(Square(Slice(x, AxisRange(), AxisRange(1, 3), AxisRange().Stride(2)))), x)
		},
		"gather": func(x, _ *Node) []*Node {
			y := Gather(Reshape(x, 8, -1), Const(x.Graph(), [][]int32{{3}, {1}, {3}, {0}}))
			return Gradient(ReduceAllSum(Square(y)), x)
		},
		"products": func(x, _ *Node) []*Node { // x is [2, 4, 4, 3]
			a, b := Reshape(x, 8, 12), Reshape(x, 8, 3, 4)
			vectors := func(a *Node) *Node { return Reshape(Slice(a, AxisRange(), AxisRange(0, 3)), 8, 3) }
			y := Einsum("bi,bij->bj", vectors(a), b)
			return append(Gradient(ReduceAllSum(Square(y)), x), y,
				Einsum("ik,bkj->ibj", Reshape(x, 32, 3), b),
				Einsum("iak,ikb->iab", Reshape(x, 8, 4, 3), b), Einsum("abk,kj->abj", Reshape(x, 8, 3, 4), Reshape(x, 4, 24)),
				Einsum("ibk,kb->bi", Reshape(x, 8, 4, 3), Reshape(Slice(b, AxisElem(0)), 3, 4)))
		},
		"convolution": func(x, k *Node) []*Node {
			return Gradient(ReduceAllSum(Square(Convolve(x, k).PaddingPerDim([][2]int{{1, 1}, {1, 1}}).Done())), x, k)
		},
		"convolution with stride": func(x, k *Node) []*Node {
			return Gradient(ReduceAllSum(Square(Convolve(x, k).Strides(2).PaddingPerDim([][2]int{{1, 1}, {1, 1}}).Done())), x, k)
		},
	} {
		var got, want [][]float32
		for i, b := range []compute.Backend{here, reference} {
			r := rand.New(rand.NewPCG(1, 2))
			exec, err := NewExec(b, f)
			if err != nil {
				t.Fatal(err)
			}
			out, err := exec.Call(normal(r, 2, 4, 4, 3), normal(r, 3, 3, 3, 5))
			if err != nil {
				t.Errorf("%s: %v", name, err)
				break
			}
			var flat [][]float32
			for _, o := range out {
				flat = append(flat, tensors.MustCopyFlatData[float32](o))
			}
			if i == 0 {
				got = flat
			} else {
				want = flat
			}
		}
		for i := range want {
			for j := range want[i] {
				if d := math.Abs(float64(got[i][j] - want[i][j])); !(d <= 2e-6*max(1, math.Abs(float64(want[i][j])))*4) {
					t.Errorf("%s, output %d, entry %d: %g, want %g", name, i, j, got[i][j], want[i][j])
					break
				}
			}
		}
	}
}

func normal(r *rand.Rand, dims ...int) *tensors.Tensor {
	n := 1
	for _, d := range dims {
		n *= d
	}
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	return tensors.FromFlatDataAndDimensions(x, dims...)
}
