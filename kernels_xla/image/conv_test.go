package image

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

type convFunc func(x, kernel, bias *graph.Node) *graph.Node

// plainConv is the definition in doc.go as loops, for any stride, and its gradients by x, kernel and bias for the loss
// sum(v*y). v nil asks for y only.
func plainConv(x, k, b, v []float64, n, h, w, c, o, stride int) (y, dx, dk, db []float64) {
	oh, ow := (h+stride-1)/stride, (w+stride-1)/stride
	y, dx, dk, db = make([]float64, n*oh*ow*o), make([]float64, len(x)), make([]float64, len(k)), make([]float64, o)
	for in := range n {
		for ih := range oh {
			for iw := range ow {
				for io := range o {
					at := ((in*oh+ih)*ow+iw)*o + io
					y[at] += b[io]
					db[io] += v[at]
					for i := range 3 {
						for j := range 3 {
							fh, fw := ih*stride+i-1, iw*stride+j-1
							if fh < 0 || fh >= h || fw < 0 || fw >= w {
								continue
							}
							for ic := range c {
								ix, ik := ((in*h+fh)*w+fw)*c+ic, ((i*3+j)*c+ic)*o+io
								y[at] += x[ix] * k[ik]
								dx[ix] += v[at] * k[ik]
								dk[ik] += v[at] * x[ix]
							}
						}
					}
				}
			}
		}
	}
	return y, dx, dk, db
}

// TestConvolutions: every form of every convolution equals the definition, values and all three gradients.
func TestConvolutions(t *testing.T) {
	withBias := func(f func(x, k *graph.Node) *graph.Node) convFunc {
		return func(x, k, b *graph.Node) *graph.Node { return addBias(f(x, k), b) }
	}
	stride := func(f func(x, k *graph.Node, stride int) *graph.Node, s int) convFunc {
		return withBias(func(x, k *graph.Node) *graph.Node { return f(x, k, s) })
	}
	forms := []struct {
		name   string
		stride int
		f      convFunc
	}{
		{"Conv3x3", 1, Conv3x3},
		{"Conv3x3Stride2", 2, Conv3x3Stride2},
		{"Conv3x3SameTwice", 1, Conv3x3SameTwice},
		{"native", 1, stride(convNative, 1)},
		{"native stride 2", 2, stride(convNative, 2)},
		{"columns", 1, stride(convColumns, 1)},
		{"columns stride 2", 2, stride(convColumns, 2)},
		{"shifted", 1, withBias(convShifted)},
	}
	sizes := [][5]int{{2, 4, 4, 3, 5}, {1, 5, 7, 2, 1}, {3, 1, 1, 2, 2}, {1, 2, 1, 1, 3}, {2, 3, 6, 4, 2}, {1, 1, 8, 3, 2}}
	for where, backend := range backends(t) {
		for _, form := range forms {
			for _, s := range sizes {
				t.Run(fmt.Sprintf("%s/%s/%v", where, form.name, s), func(t *testing.T) {
					r := rand.New(rand.NewPCG(1, 2))
					n, h, w, c, o := s[0], s[1], s[2], s[3], s[4]
					oh, ow := (h+form.stride-1)/form.stride, (w+form.stride-1)/form.stride
					x, k, b, v := normal(r, n, h, w, c), normal(r, 3, 3, c, o), normal(r, o), normal(r, n, oh, ow, o)
					flat := tensors.MustCopyFlatData[float64]
					y, dx, dk, db := plainConv(flat(x), flat(k), flat(b), flat(v), n, h, w, c, o, form.stride)
					got := call(t, backend, func(in []*graph.Node) []*graph.Node {
						y := form.f(in[0], in[1], in[2])
						grads := graph.Gradient(graph.ReduceAllSum(graph.Mul(y, in[3])), in[0], in[1], in[2])
						return append([]*graph.Node{y}, grads...)
					}, x, k, b, v)
					for i, want := range [][]float64{y, dx, dk, db} {
						if d := distance(got[i], want); d > 1e-12 {
							t.Errorf("%s differs from the definition by %.2g", []string{"y", "dx", "dkernel", "dbias"}[i], d)
						}
					}
				})
			}
		}
	}
}

// TestConvTwice: inside a Hamiltonian the gradient of |dH/dx|^2 by the kernel, the bias and x agrees with central
// differences, so second derivatives flow and are right.
func TestConvTwice(t *testing.T) {
	backend := backends(t)["go"]
	r := rand.New(rand.NewPCG(3, 4))
	in := []*tensors.Tensor{normal(r, 2, 4, 4, 2), normal(r, 3, 3, 2, 3), normal(r, 3)}
	norm := func(in []*graph.Node) *graph.Node {
		h := graph.ReduceAllSum(Squareplus(Conv3x3SameTwice(in[0], in[1], in[2])))
		return graph.ReduceAllSum(graph.Square(graph.Gradient(h, in[0])[0]))
	}
	value := func(in []*graph.Node) []*graph.Node { return []*graph.Node{norm(in)} }
	grads := call(t, backend, func(in []*graph.Node) []*graph.Node { return graph.Gradient(norm(in), in...) }, in...)
	exec := graph.MustNewExec(backend, value)
	for which, grad := range grads {
		for i := 0; i < len(grad); i += 5 {
			at := func(d float64) float64 {
				moved := tensors.MustCopyFlatData[float64](in[which])
				moved[i] += d
				args := []any{in[0], in[1], in[2]}
				args[which] = tensors.FromFlatDataAndDimensions(moved, in[which].Shape().Dimensions...)
				return exec.MustCall(args...)[0].Value().(float64)
			}
			want := (at(1e-5) - at(-1e-5)) / 2e-5
			if d := distance([]float64{grad[i]}, []float64{want}); d > 1e-7 {
				t.Errorf("input %d, entry %d: gradient %g, central difference %g", which, i, grad[i], want)
			}
		}
	}
}

// TestConvPanics: wrong shapes are named, with the function and what was expected.
func TestConvPanics(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	backend := backends(t)["go"]
	for _, c := range []struct {
		want    string
		f       convFunc
		x, k, b *tensors.Tensor
	}{
		{"image.Conv3x3: x must be [batch, height, width, channels]", Conv3x3, normal(r, 4, 4, 3), normal(r, 3, 3, 3, 2), normal(r, 2)},
		{"image.Conv3x3Stride2: the kernel must be [3, 3, 3, filters]", Conv3x3Stride2, normal(r, 1, 4, 4, 3), normal(r, 3, 3, 2, 2), normal(r, 2)},
		{"image.Conv3x3SameTwice: the bias must be [2]", Conv3x3SameTwice, normal(r, 1, 4, 4, 3), normal(r, 3, 3, 3, 2), normal(r, 3)},
		{"image.Conv3x3SameTwice: the map 32x32 is too large", Conv3x3SameTwice, normal(r, 1, 32, 32, 1), normal(r, 3, 3, 1, 1), normal(r, 1)},
		{"image.Downsample2: height and width must be even", func(x, _, _ *graph.Node) *graph.Node { return Downsample2(x) }, normal(r, 1, 3, 4, 1), normal(r, 1), normal(r, 1)},
	} {
		exec := graph.MustNewExec(backend, func(in []*graph.Node) *graph.Node { return c.f(in[0], in[1], in[2]) })
		_, err := exec.Call(c.x, c.k, c.b)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %q", err, c.want)
		}
	}
}
