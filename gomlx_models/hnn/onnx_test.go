package hnn

import (
	"math"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/onnx"
)

// A training on ONNX Runtime goes as on the Go backend, in every variant: the losses of some steps agree, and so do the
// moments that Adam keeps of the gradients of every parameter after the first.
func TestONNX(t *testing.T) {
	if !onnx.Available || onnx.Library() == "" {
		t.Skipf("ONNX Runtime's library is not at hand: put it at %s, or name it in %s", onnx.Place(), onnx.LibraryEnv)
	}
	reference, err := openBackend()
	ok(t, err)
	for _, variant := range []string{Pixels, Conv, States, Baseline} {
		t.Run(variant, func(t *testing.T) {
			here, err := onnx.New("")
			ok(t, err)
			wantLosses, wantMoments := trainOn(t, reference, variant)
			losses, moments := trainOn(t, here, variant)
			for step, want := range wantLosses {
				got := losses[step]
				for name, pair := range map[string][2]float64{"loss": {got.Loss, want.Loss}, "MSE": {got.MSE, want.MSE}, "HNN": {got.HNN, want.HNN}, "CC": {got.CC, want.CC}} {
					if !(math.Abs(pair[0]-pair[1]) <= 1e-3*math.Abs(pair[1])) {
						t.Errorf("step %d: the %s is %g, want %g", step, name, pair[0], pair[1])
					}
				}
			}
			if len(wantMoments) < 4 || len(moments) != len(wantMoments) {
				t.Errorf("%d and %d moments were found", len(moments), len(wantMoments))
			}
			for path, want := range wantMoments {
				if d := apart(moments[path], want); !(d < 2e-3) {
					t.Errorf("%s differs by %.2g of its largest entry", path, d)
				}
			}
		})
	}
}

// trainOn does some steps of a small model, and returns the losses and, after the first step, Adam's moments.
func trainOn(t *testing.T, b compute.Backend, variant string) (losses []Losses, moments map[string][]float32) {
	t.Helper()
	p := Quick()
	p.Variant, p.LatentDim, p.Batch, p.Channels, p.Filters = variant, 1, 8, 4, 8
	var l trainer
	var store *model.Store
	if p.OfVideos() {
		v := video.Shape{Frames: 6, Size: 32, Dt: 0.125}
		if variant == Conv {
			p.Pool, v.Size = 1, 16
		}
		m, err := New(b, p, v, nil)
		ok(t, err)
		learner, err := NewLearner(m, noise(v, 2*p.Batch, 1))
		ok(t, err)
		l, store = learner, m.store
	} else {
		m, err := NewStates(b, p, 2)
		ok(t, err)
		learner, err := NewStatesLearner(m, Samples{States: randomStates(1, 20, 2), Rates: randomStates(2, 20, 2)})
		ok(t, err)
		l, store = learner, m.store
	}
	losses, moments = train(t, l, 0, 1), map[string][]float32{}
	for v := range store.IterVariables() {
		if !v.Trainable && v.Shape().Size() > 1 && v.Shape().DType.IsFloat() {
			moments[v.Path()] = tensors.MustCopyFlatData[float32](v.MustValue())
		}
	}
	return append(losses, train(t, l, 1, 4)...), moments
}

// apart is the largest difference of two vectors in units of the largest entry of the second; a NaN anywhere makes it
// infinite.
func apart(x, y []float32) float64 {
	far, scale := 0.0, 0.0
	for i := range x {
		d := math.Abs(float64(x[i]) - float64(y[i]))
		if math.IsNaN(d) {
			return math.Inf(1)
		}
		far, scale = max(far, d), max(scale, math.Abs(float64(y[i])))
	}
	return far / scale
}
