package convops

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"hgn.local/kernels_xla/graphtest"
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
	nativeWith := func(byKernel func(x, v *graph.Node) *graph.Node) convFunc {
		return withBias(func(x, k *graph.Node) *graph.Node { return nativeWithAdjoints(x, k, convNative(x, k, 1), byKernel) })
	}
	forms := []struct {
		name   string
		stride int
		f      convFunc
	}{
		{"Conv3x3", 1, Conv3x3},
		{"Conv3x3Stride2", 2, Conv3x3Stride2},
		{"matrix", 1, stride(byMatrix, 1)},
		{"matrix stride 2", 2, stride(byMatrix, 2)},
		{"native", 1, stride(convNative, 1)},
		{"native stride 2", 2, stride(convNative, 2)},
		{"columns", 1, stride(convColumns, 1)},
		{"columns stride 2", 2, stride(convColumns, 2)},
		{"shifted", 1, withBias(convShifted)},
		{"adjoints", 1, withBias(func(x, k *graph.Node) *graph.Node { return convWithAdjoints(x, k, convShifted(x, k)) })},
		{"native with adjoints by taps", 1, nativeWith(kernelAdjointByTaps)},
		{"native with adjoints by sides", 1, nativeWith(kernelAdjointBySides)},
	}
	sizes := [][5]int{{2, 4, 4, 3, 5}, {1, 5, 7, 2, 1}, {3, 1, 1, 2, 2}, {1, 2, 1, 1, 3}, {2, 3, 6, 4, 2}, {1, 1, 8, 3, 2}}
	for where, backend := range onAll(t) {
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
						if d := distance(got[i], want); d > max(1e-12, rounding(backend)) {
							t.Errorf("%s differs from the definition by %.2g", []string{"y", "dx", "dkernel", "dbias"}[i], d)
						}
					}
				})
			}
		}
	}
}

// TestUpConv: every form of the convolution of a doubled map equals the definition on that map, values and all three gradients.
func TestUpConv(t *testing.T) {
	for where, backend := range onAll(t) {
		for name, f := range map[string]convFunc{
			"UpConv3x3": UpConv3x3,
			"phases":    func(x, k, b *graph.Node) *graph.Node { return addBias(convPhases(x, k), b) },
			"quads":     func(x, k, b *graph.Node) *graph.Node { return addBias(convQuads(x, k), b) },
			"plain":     func(x, k, b *graph.Node) *graph.Node { return Conv3x3(Upsample2(x), k, b) },
		} {
			for _, s := range [][5]int{{2, 4, 4, 3, 5}, {1, 3, 2, 2, 1}, {3, 1, 1, 2, 2}, {2, 1, 4, 4, 3}} {
				t.Run(fmt.Sprintf("%s/%s/%v", where, name, s), func(t *testing.T) {
					r := rand.New(rand.NewPCG(11, 12))
					n, h, w, c, o := s[0], s[1], s[2], s[3], s[4]
					x, k, b, v := normal(r, n, h, w, c), normal(r, 3, 3, c, o), normal(r, o), normal(r, n, 2*h, 2*w, o)
					flat := tensors.MustCopyFlatData[float64]
					up := make([]float64, 4*n*h*w*c)
					from := func(i int) int { return ((i/c/(2*w)/(2*h)*h+i/c/(2*w)%(2*h)/2)*w+i/c%(2*w)/2)*c + i%c }
					for i := range up {
						up[i] = flat(x)[from(i)]
					}
					y, dup, dk, db := plainConv(up, flat(k), flat(b), flat(v), n, 2*h, 2*w, c, o, 1)
					dx := make([]float64, n*h*w*c)
					for i, d := range dup {
						dx[from(i)] += d
					}
					got := call(t, backend, func(in []*graph.Node) []*graph.Node {
						y := f(in[0], in[1], in[2])
						grads := graph.Gradient(graph.ReduceAllSum(graph.Mul(y, in[3])), in[0], in[1], in[2])
						return append([]*graph.Node{y}, grads...)
					}, x, k, b, v)
					for i, want := range [][]float64{y, dx, dk, db} {
						if d := distance(got[i], want); d > max(1e-12, rounding(backend)) {
							t.Errorf("%s differs from the definition by %.2g", []string{"y", "dx", "dkernel", "dbias"}[i], d)
						}
					}
				})
			}
		}
	}
}

// byMatrix is the convolution through its matrix, on maps.
func byMatrix(x, kernel *graph.Node, stride int) *graph.Node {
	n, h, w, _ := mapShape("byMatrix", x)
	y := Product(graph.Reshape(x, n, -1), ConvMatrix(kernel, h, w, stride))
	return graph.Reshape(y, n, (h+stride-1)/stride, (w+stride-1)/stride, -1)
}

// TestSmallKernels: a kernel of 2x2 is one of 3x3 whose first row and column are zero, and one of 1x1 is its middle.
func TestSmallKernels(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	backend := graphtest.Backend(t)
	for _, size := range []int{1, 2} {
		for _, stride := range []int{1, 2} {
			for _, s := range [][4]int{{4, 4, 3, 5}, {2, 2, 4, 1}, {5, 3, 2, 2}, {1, 1, 2, 3}} {
				h, w, c, o := s[0], s[1], s[2], s[3]
				x, small := normal(r, 2, h, w, c), normal(r, size, size, c, o)
				whole := make([]float64, 9*c*o)
				flat := tensors.MustCopyFlatData[float64]
				for i := range size {
					for j := range size {
						copy(whole[((i+1)*3+j+1)*c*o:][:c*o], flat(small)[(i*size+j)*c*o:])
					}
				}
				oh, ow := (h+stride-1)/stride, (w+stride-1)/stride
				want, _, _, _ := plainConv(flat(x), whole, make([]float64, o), make([]float64, 2*oh*ow*o), 2, h, w, c, o, stride)
				got := call(t, backend, func(in []*graph.Node) []*graph.Node {
					return []*graph.Node{byMatrix(in[0], in[1], stride)}
				}, x, small)
				if d := distance(got[0], want); d > 1e-13 {
					t.Errorf("%dx%d with stride %d on %v differs from the definition by %.2g", size, size, stride, s, d)
				}
			}
		}
	}
}

// TestConvTwice: inside a Hamiltonian the gradient of |dH/dx|^2 by the kernel, the bias and x agrees with central
// differences, so second derivatives flow and are right.
func TestConvTwice(t *testing.T) {
	backend := graphtest.Backend(t)
	r := rand.New(rand.NewPCG(3, 4))
	in := []*tensors.Tensor{normal(r, 2, 4, 4, 2), normal(r, 3, 3, 2, 3), normal(r, 3)}
	norm := func(in []*graph.Node) *graph.Node {
		h := graph.ReduceAllSum(Squareplus(addBias(byMatrix(in[0], in[1], 1), in[2])))
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
	backend := graphtest.Backend(t)
	matrix := func(x, k, _ *graph.Node) *graph.Node { return byMatrix(x, k, 1) }
	for _, c := range []struct {
		want    string
		f       convFunc
		x, k, b *tensors.Tensor
	}{
		{"convops.Conv3x3: x must be [batch, height, width, channels]", Conv3x3, normal(r, 4, 4, 3), normal(r, 3, 3, 3, 2), normal(r, 2)},
		{"convops.Conv3x3Stride2: the kernel must be [3, 3, 3, filters]", Conv3x3Stride2, normal(r, 1, 4, 4, 3), normal(r, 3, 3, 2, 2), normal(r, 2)},
		{"convops.UpConv3x3: the kernel must be [3, 3, 3, filters]", UpConv3x3, normal(r, 1, 4, 4, 3), normal(r, 3, 3, 2, 2), normal(r, 2)},
		{"convops.Conv3x3: the bias must be [2]", Conv3x3, normal(r, 1, 4, 4, 3), normal(r, 3, 3, 3, 2), normal(r, 3)},
		{"convops.ConvMatrix: the kernel must be [k, k, channels, filters]", matrix, normal(r, 1, 4, 4, 3), normal(r, 4, 4, 3, 2), normal(r, 2)},
		{"convops.ConvMatrix: a map of 32x32 is too large", matrix, normal(r, 1, 32, 32, 4), normal(r, 3, 3, 4, 8), normal(r, 1)},
		{"convops.Downsample2: height and width must be even", func(x, _, _ *graph.Node) *graph.Node { return Downsample2(x) }, normal(r, 1, 3, 4, 1), normal(r, 1), normal(r, 1)},
	} {
		exec := graph.MustNewExec(backend, func(in []*graph.Node) *graph.Node { return c.f(in[0], in[1], in[2]) })
		_, err := exec.Call(c.x, c.k, c.b)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %q", err, c.want)
		}
	}
}

// TestProduct: value, first and mixed second derivatives are those of the plain product.
func TestProduct(t *testing.T) {
	for where, backend := range backends(t) {
		r := rand.New(rand.NewPCG(9, 10))
		x, w := normal(r, 3, 5), normal(r, 5, 4)
		program := func(product func(x, w *graph.Node) *graph.Node) func(in []*graph.Node) []*graph.Node {
			return func(in []*graph.Node) []*graph.Node {
				y := product(in[0], in[1])
				first := graph.Gradient(graph.ReduceAllSum(Squareplus(y)), in...)
				second := graph.Gradient(graph.Add(graph.ReduceAllSum(graph.Square(first[0])), graph.ReduceAllSum(Squareplus(first[1]))), in...)
				return append(append([]*graph.Node{y}, first...), second...)
			}
		}
		got, want := call(t, backend, program(Product), x, w), call(t, backend, program(graph.MatMul), x, w)
		for i, what := range []string{"value", "dx", "dw", "second derivative by x", "second derivative by w"} {
			if d := distance(got[i], want[i]); d > 1e-13 {
				t.Errorf("%s: the %s differs by %.2g", where, what, d)
			}
		}
	}
}
