//go:build unix

package convops

import (
	"fmt"
	"math/rand/v2"
	"syscall"
	"testing"
	"time"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"hgn.local/kernels_xla/graphtest"
)

// BenchmarkConv measures the forms of the convolution on the backend that tests run on and on ONNX Runtime, forward and with gradients, in
// GFLOP per second of one core.
// The shapes are a decoder's: a first layer, wide layers at 16x16 and 8x8, and the last layer, which narrows.
func BenchmarkConv(b *testing.B) {
	all := onAll(b)
	forms := []convForm{
		{"chosen", func(x, k *graph.Node) *graph.Node { return Conv3x3(x, k, nil) }},
		{"columns", func(x, k *graph.Node) *graph.Node { return convColumns(x, k, 1) }},
		{"shifted", convShifted},
		{"native", func(x, k *graph.Node) *graph.Node { return convNative(x, k, 1) }},
	}
	for _, s := range [][5]int{{32, 32, 32, 3, 16}, {32, 16, 16, 32, 32}, {32, 8, 8, 64, 64}, {32, 16, 16, 64, 16}, {32, 32, 32, 32, 3}, {16, 32, 32, 64, 64}, {16, 32, 32, 90, 32}, {16, 32, 32, 64, 3}} {
		benchmarkForms(b, graphtest.Backend(b), forms, s, 1)
		if backend, found := all["onnx"]; found {
			benchmarkForms(b, backend, []convForm{forms[0], forms[3]}, s, 1)
		}
	}
}

// BenchmarkUpConv measures the convolution of a doubled map against doubling and convolution, as BenchmarkConv does, and
// counts the work of the latter for both.
func BenchmarkUpConv(b *testing.B) {
	all := onAll(b)
	forms := []convForm{
		{"chosen", func(x, k *graph.Node) *graph.Node { return UpConv3x3(x, k, nil) }},
		{"plain", func(x, k *graph.Node) *graph.Node { return Conv3x3(Upsample2(x), k, nil) }},
	}
	for _, where := range []string{graphtest.Device(b).Name, "onnx"} {
		for _, s := range [][5]int{{64, 4, 4, 16, 64}, {64, 8, 8, 64, 64}, {64, 16, 16, 64, 64}} {
			if backend, found := all[where]; found {
				benchmarkForms(b, backend, forms, s, 2)
			}
		}
	}
}

type convForm struct {
	name string
	f    func(x, k *graph.Node) *graph.Node
}

// benchmarkForms runs forms that give maps of scale times the size of x, [n, h, w, c], with o filters; s is n, h, w, c, o.
func benchmarkForms(b *testing.B, backend compute.Backend, forms []convForm, s [5]int, scale int) {
	r := rand.New(rand.NewPCG(1, 1))
	work := 2 * 9 * float64(scale*scale*s[0]*s[1]*s[2]*s[3]*s[4])
	x, k := single(r, s[0], s[1], s[2], s[3]), single(r, 3, 3, s[3], s[4])
	for _, form := range forms {
		forward := graph.MustNewExec(backend, func(x, k *graph.Node) *graph.Node { return graph.ReduceAllSum(form.f(x, k)) })
		training := graph.MustNewExec(backend, func(x, k *graph.Node) []*graph.Node {
			return graph.Gradient(graph.ReduceAllSum(graph.Square(form.f(x, k))), x, k)
		})
		for _, what := range []string{"forward", "gradient"} {
			exec := map[string]*graph.Exec{"forward": forward, "gradient": training}[what]
			b.Run(fmt.Sprintf("%s/%v/%s/%s", backend.Name(), s, form.name, what), func(b *testing.B) {
				exec.MustCall(x, k)
				start := processorTime(b)
				for b.Loop() {
					exec.MustCall(x, k)
				}
				flops := work
				if what == "gradient" {
					flops = 3 * work
				}
				b.ReportMetric(flops*float64(b.N)/(processorTime(b)-start).Seconds()/1e9, "GFLOP/s/core")
			})
		}
	}
}

// BenchmarkActivation measures nanoseconds of processor time an element, the mean and the worst call, each call right
// after a matrix product with the widest vector instructions. A function that is struck by the penalty on math.Exp in
// SIMD builds shows a worst call of several hundred; GoMLX's own forms are there for comparison.
func BenchmarkActivation(b *testing.B) {
	backend := graphtest.Go(b)
	r := rand.New(rand.NewPCG(1, 1))
	const size = 1 << 16
	x, m := single(r, size), single(r, 256, 256)
	product := graph.MustNewExec(backend, func(m *graph.Node) *graph.Node { return graph.ReduceAllSum(graph.MatMul(m, m)) })
	forms := activations
	for name, f := range map[string]func(*graph.Node) *graph.Node{"gomlx.Exp": graph.Exp, "gomlx.Logistic": graph.Logistic, "gomlx.Softplus": graph.Softplus, "gomlx.Tanh": graph.Tanh} {
		form := activations[0]
		form.name, form.f = name, f
		forms = append(forms, form)
	}
	for _, form := range forms {
		exec := graph.MustNewExec(backend, func(x *graph.Node) *graph.Node { return form.f(x) })
		b.Run(form.name, func(b *testing.B) {
			exec.MustCall(x)
			var sum, worst time.Duration
			for b.Loop() {
				product.MustCall(m)
				start := processorTime(b)
				exec.MustCall(x)
				took := processorTime(b) - start
				sum, worst = sum+took, max(worst, took)
			}
			b.ReportMetric(float64(sum.Nanoseconds())/float64(b.N)/size, "ns/element")
			b.ReportMetric(float64(worst.Nanoseconds())/size, "worst-ns/element")
		})
	}
}

// processorTime is what this process has used so far; unlike the time of day it is not disturbed by other processes.
func processorTime(b *testing.B) time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func single(r *rand.Rand, dims ...int) *tensors.Tensor {
	double := tensors.MustCopyFlatData[float64](normal(r, dims...))
	v := make([]float32, len(double))
	for i := range v {
		v[i] = float32(double[i])
	}
	return tensors.FromFlatDataAndDimensions(v, dims...)
}
