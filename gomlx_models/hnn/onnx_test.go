package hnn

import (
	"testing"

	"github.com/gomlx/compute"

	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/graphtest"
	"hgn.local/kernels_xla/onnx/onnxtest"
)

// A training on ONNX Runtime goes as on the Go backend, in every variant.
func TestONNX(t *testing.T) {
	reference := graphtest.Go(t)
	for _, variant := range []string{Pixels, Conv, States, Baseline} {
		t.Run(variant, func(t *testing.T) {
			onnxtest.Agree(t, reference, 4, func(b compute.Backend) (onnxtest.Training, error) { return small(b, variant) })
		})
	}
}

// small is a training of a small model of a variant.
func small(b compute.Backend, variant string) (onnxtest.Training, error) {
	p := Quick()
	p.Variant, p.LatentDim, p.Batch, p.Channels, p.Filters = variant, 1, 8, 4, 8
	step := func(l *fit.Learner) func(step int) ([]onnxtest.Loss, error) {
		return func(step int) ([]onnxtest.Loss, error) {
			x, err := l.Step(step)
			return []onnxtest.Loss{
				{Name: "loss", Value: x["loss"], Within: 1e-3}, {Name: "MSE", Value: x["mse"], Within: 1e-3},
				{Name: "HNN loss", Value: x["hnn"], Within: 1e-3}, {Name: "CC loss", Value: x["cc"], Within: 1e-3},
			}, err
		}
	}
	if !p.OfVideos() {
		m, err := NewStates(b, p, 2)
		if err != nil {
			return onnxtest.Training{}, err
		}
		l, err := NewStatesLearner(m, Samples{States: randomStates(1, 20, 2), Rates: randomStates(2, 20, 2)})
		return onnxtest.Training{Store: m.store, Step: step(l)}, err
	}
	v := video.Shape{Frames: 6, Size: 32, Dt: 0.125}
	if variant == Conv {
		p.Pool, v.Size = 1, 16
	}
	m, err := New(b, p, v, nil)
	if err != nil {
		return onnxtest.Training{}, err
	}
	l, err := NewLearner(m, noise(v, 2*p.Batch, 1))
	return onnxtest.Training{Store: m.store, Step: step(l)}, err
}
