// Package onnxtest holds the training of a model on ONNX Runtime against that on the Go backend.
package onnxtest

import (
	"math"
	"testing"
	"time"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/onnx"
)

const (
	steps         = 4
	momentsWithin = 2e-3 // of a parameter's largest moment
)

// Loss is one of the figures that a training step returns, and the share of it by which backends may differ.
type Loss struct {
	Name          string
	Value, Within float64
}

// Training is a new model and one step of its training, steps counted from 0.
type Training struct {
	Store *model.Store
	Step  func(step int) ([]Loss, error)
}

// trace is what a training leaves: the losses of its steps, and the moments that Adam has after the first.
type trace struct {
	losses  [][]Loss
	moments map[string][]float32
}

// Backend opens ONNX Runtime, or skips the test where its library is not at hand.
func Backend(t *testing.T) compute.Backend {
	t.Helper()
	if !onnx.Available || onnx.Library() == "" {
		t.Skipf("ONNX Runtime's library is not at hand: put it at %s, or name it in %s", onnx.Place(), onnx.LibraryEnv)
	}
	b, err := onnx.New("")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Agree checks that a training goes on ONNX Runtime as on the backend reference: the losses of some steps agree, and so do
// the moments that Adam keeps of the gradients of every parameter, of which there are at least so many, after the first step.
func Agree(t *testing.T, reference compute.Backend, least int, begin func(b compute.Backend) (Training, error)) {
	t.Helper()
	want, got := run(t, reference, begin), run(t, Backend(t), begin)
	for step, losses := range want.losses {
		for i, x := range losses {
			if y := got.losses[step][i]; !(math.Abs(y.Value-x.Value) <= x.Within*math.Abs(x.Value)) {
				t.Errorf("step %d: the %s is %.9g, want %.9g", step, x.Name, y.Value, x.Value)
			}
		}
	}
	if len(want.moments) < least || len(got.moments) != len(want.moments) {
		t.Errorf("%d and %d moments were found", len(want.moments), len(got.moments))
	}
	for path, x := range want.moments {
		if d := apart(got.moments[path], x); !(d <= momentsWithin) {
			t.Errorf("%s differs by %.2g of its largest entry", path, d)
		}
	}
}

func run(t *testing.T, b compute.Backend, begin func(b compute.Backend) (Training, error)) trace {
	t.Helper()
	training, err := begin(b)
	if err != nil {
		t.Fatal(err)
	}
	out := trace{moments: map[string][]float32{}}
	var began time.Time
	for step := range steps {
		losses, err := training.Step(step)
		if err != nil {
			t.Fatal(err)
		}
		if out.losses = append(out.losses, losses); step > 0 {
			continue
		}
		for v := range training.Store.IterVariables() {
			if !v.Trainable && v.Shape().Size() > 1 && v.Shape().DType == dtypes.Float32 {
				out.moments[v.Path()] = tensors.MustCopyFlatData[float32](v.MustValue())
			}
		}
		began = time.Now()
	}
	t.Logf("%s: %v a step", b.Name(), (time.Since(began) / (steps - 1)).Round(time.Microsecond))
	return out
}

// apart is the largest difference of two vectors in units of the largest entry of the second. It is infinite where one is
// no number, or where they differ in length.
func apart(x, y []float32) float64 {
	if len(x) != len(y) {
		return math.Inf(1)
	}
	far, scale := 0.0, 0.0
	for i := range x {
		d := math.Abs(float64(x[i]) - float64(y[i]))
		if math.IsNaN(d) {
			return math.Inf(1)
		}
		far, scale = max(far, d), max(scale, math.Abs(float64(y[i])))
	}
	if far == 0 {
		return 0
	}
	return far / scale
}
