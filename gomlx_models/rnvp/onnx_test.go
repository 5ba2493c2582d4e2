package rnvp

import (
	"testing"

	"github.com/gomlx/compute"

	"hgn.local/gomlx_models/points"
	"hgn.local/gomlx_models/prior"
	"hgn.local/kernels_xla/graphtest"
	"hgn.local/kernels_xla/onnx/onnxtest"
)

// A training on ONNX Runtime goes as on the Go backend.
func TestONNX(t *testing.T) {
	reference := graphtest.Go(t)
	for name, layers := range map[string]int{"quick": Quick().Layers, "two layers": 2} {
		t.Run(name, func(t *testing.T) {
			p := Quick()
			p.Batch, p.Layers = 64, layers
			onnxtest.Agree(t, reference, 10, func(b compute.Backend) (onnxtest.Training, error) {
				m, err := New(b, p, points.Identity(2))
				if err != nil {
					return onnxtest.Training{}, err
				}
				l, err := NewLearner(m, sample(prior.Normal{D: 2, Scale: 2}, 1, 200))
				return onnxtest.Training{Store: m.Store(), Step: func(step int) ([]onnxtest.Loss, error) {
					x, err := l.Step(step)
					return []onnxtest.Loss{{Name: "loss", Value: x["loss"], Within: 1e-4}, {Name: "gradient's norm", Value: x["gradient"], Within: 1e-3}}, err
				}}, err
			})
		})
	}
}
