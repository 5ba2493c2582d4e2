package rnvp

import (
	"math"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/tensors"

	"hgn.local/gomlx_models/points"
	"hgn.local/gomlx_models/prior"
	"hgn.local/kernels_xla/onnx"
)

// A training on ONNX Runtime goes as on the Go backend: the losses of some steps agree, and so do the moments that Adam
// keeps of the gradients of every parameter after the first.
func TestONNX(t *testing.T) {
	if !onnx.Available || onnx.Library() == "" {
		t.Skipf("ONNX Runtime's library is not at hand: put it at %s, or name it in %s", onnx.Place(), onnx.LibraryEnv)
	}
	reference, err := openBackend()
	ok(t, err)
	for name, vary := range map[string]func(p *Params){
		"quick":      func(*Params) {},
		"two layers": func(p *Params) { p.Layers = 2 },
	} {
		t.Run(name, func(t *testing.T) {
			p := Quick()
			p.Batch = 64
			vary(&p)
			here, err := onnx.New("")
			ok(t, err)
			wantLosses, wantMoments := trainOn(t, reference, p)
			losses, moments := trainOn(t, here, p)
			for step, want := range wantLosses {
				got := losses[step]
				if !(math.Abs(got.Loss-want.Loss) <= 1e-4*math.Abs(want.Loss) && math.Abs(got.GradNorm-want.GradNorm) <= 1e-3*want.GradNorm) {
					t.Errorf("step %d: losses %+v, want %+v", step, got, want)
				}
			}
			if len(wantMoments) < 10 || len(moments) != len(wantMoments) {
				t.Errorf("%d and %d moments were found", len(moments), len(wantMoments))
			}
			for path, want := range wantMoments {
				far, scale := 0.0, 0.0
				for i, x := range moments[path] {
					far, scale = max(far, math.Abs(float64(x-want[i]))), max(scale, math.Abs(float64(want[i])))
				}
				if !(far <= 2e-3*scale) {
					t.Errorf("%s differs by %.2g, its largest entry is %.2g", path, far, scale)
				}
			}
		})
	}
}

// trainOn does some steps of a model, and returns the losses and, after the first step, Adam's moments.
func trainOn(t *testing.T, b compute.Backend, p Params) (losses []Losses, moments map[string][]float32) {
	t.Helper()
	m, err := New(b, p, points.Identity(2))
	ok(t, err)
	l, err := NewLearner(m, sample(prior.Normal{D: 2, Scale: 2}, 1, 200))
	ok(t, err)
	moments = map[string][]float32{}
	for step := range 4 {
		x, err := l.Step(step)
		ok(t, err)
		losses = append(losses, x)
		if step > 0 {
			continue
		}
		for v := range m.store.IterVariables() {
			if !v.Trainable && v.Shape().Size() > 1 && v.Shape().DType == dtypes.Float32 {
				moments[v.Path()] = tensors.MustCopyFlatData[float32](v.MustValue())
			}
		}
	}
	return losses, moments
}
