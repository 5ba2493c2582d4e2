package nets

import (
	"fmt"
	"testing"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/graphtest"
)

// BenchmarkConv measures the paper's networks at 32x32 in float32 on the Go backend, alone and with the
// gradients of all parameters, in GFLOP/s of the multiplications in the convolutions' definition.
func BenchmarkConv(b *testing.B) {
	backend := graphtest.Backend(b)
	for _, c := range []struct {
		name string
		work float64 // multiplications and additions for one element of the batch
		dims []int
		net  func(scope *model.Scope, x *Node) *Node
	}{
		{"encoder", 2 * 1024 * 9 * (90*32 + 32*64 + 5*64*64 + 64*96), []int{16, 32, 32, 90}, func(s *model.Scope, x *Node) *Node {
			mean, std := ConvEncoder(s, x, 32, 48, EncoderFilters(PaperFilters)...)
			return Add(mean, std)
		}},
		{"f_psi", 2 * 9 * (256*48*64 + 64*64*64 + 16*64*64 + 16*64*32), []int{16, 32, 32, 48}, func(s *model.Scope, x *Node) *Node {
			q, p := ConvState(s, x, 16, PaperFilters)
			return Add(q, p)
		}},
		{"decoder", 2 * (16*16*64 + 9*(64*(16+64)*64+(256+1024)*2*64*64+1024*64*3)), []int{128, 4, 4, 16}, func(s *model.Scope, q *Node) *Node {
			return ConvDecoder(s, q, 32, PaperFilters, nil)
		}},
		{"energy", 2 * (16*9*16*32 + 4*4*32*64 + 2*4*4*64*64 + 4*64), []int{16, 4, 4, 16}, func(s *model.Scope, x *Node) *Node {
			return ConvEnergy(s, PaperFilters)(x)
		}},
		{"30 forces", 30 * 3 * 2 * (16*9*16*32 + 4*4*32*64 + 2*4*4*64*64 + 4*64), []int{16, 4, 4, 16}, func(s *model.Scope, x *Node) *Node {
			e := ConvEnergy(s, PaperFilters)
			for range 30 {
				at := leaf(x)
				x = Sub(x, MulScalar(Gradient(ReduceAllSum(e(at)), at)[0], 0.1))
			}
			return x
		}},
	} {
		for _, gradient := range []bool{false, true} {
			name, work := c.name, c.work*float64(c.dims[0])
			if gradient {
				name, work = name+" with gradients", 3*work
			}
			b.Run(name, func(b *testing.B) {
				exec, err := model.NewExec(backend, seeded(1), func(scope *model.Scope, x *Node) []*Node {
					y := ReduceAllSum(Square(c.net(scope, x)))
					if gradient {
						return append(scope.BuildTrainableVariablesGradientsGraph(y), y)
					}
					return []*Node{y}
				})
				if err != nil {
					b.Fatal(err)
				}
				x := Tensor(dtypes.Float32, draw(1, size(c.dims)), c.dims...)
				if _, err := exec.Call(x); err != nil {
					b.Fatal(err)
				}
				for b.Loop() {
					if _, err := exec.Call(x); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(work*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
			})
		}
	}
}

// leaf is what an integrator puts in front of a Hamiltonian, see package phase.
func leaf(x *Node) *Node { return IdentityWithCustomGradient(x, func(_, v *Node) *Node { return v }) }

// BenchmarkProduct is the rate of matrix products in float32, of which all models' time is mostly made: a large one, one of
// a perceptron's layer for a batch, and one of the shape of that layer's gradient.
func BenchmarkProduct(b *testing.B) {
	backend := graphtest.Backend(b)
	for _, c := range []struct{ rows, inner, columns int }{{1024, 1024, 1024}, {1024, 128, 128}, {128, 1024, 128}} {
		b.Run(fmt.Sprintf("%dx%dx%d", c.rows, c.inner, c.columns), func(b *testing.B) {
			exec, err := model.NewExec(backend, seeded(1), func(_ *model.Scope, x, y *Node) *Node {
				return ReduceAllSum(MatMul(x, y)) // so that the product is not copied
			})
			if err != nil {
				b.Fatal(err)
			}
			x := Tensor(dtypes.Float32, draw(1, c.rows*c.inner), c.rows, c.inner)
			y := Tensor(dtypes.Float32, draw(2, c.inner*c.columns), c.inner, c.columns)
			if _, err := exec.Call(x, y); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := exec.Call(x, y); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(2*float64(c.rows*c.inner*c.columns)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
		})
	}
}
