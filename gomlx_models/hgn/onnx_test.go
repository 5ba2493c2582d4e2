package hgn

import (
	"slices"
	"testing"

	"github.com/gomlx/compute"

	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/graphtest"
	"hgn.local/kernels_xla/onnx/onnxtest"
)

// A training on ONNX Runtime goes as on the Go backend.
func TestONNX(t *testing.T) {
	reference := graphtest.Go(t)
	for _, name := range []string{"quick", "cpu", "paper32", "metric", "joint"} {
		t.Run(name, func(t *testing.T) {
			v := video.Shape{Frames: 30, Size: 32, Dt: 0.125}
			p, err := Preset(name)
			if slices.Contains([]string{"metric", "joint"}, name) { // integrated implicitly, hence shorter
				p, err = Quick(), nil
				p.Hamiltonian, v.Frames = name, 8
			}
			ok(t, err)
			p.Latent, p.Curriculum = "circle", nil
			if p.Architecture == "conv" { // of its own size it takes a minute
				p.Latent, err = ConvLatent(v.Size)
				ok(t, err)
				v.Frames, p.DecodedFrames, p.Batch, p.Filters = 8, 8, 4, 16
			}
			onnxtest.Agree(t, reference, 10, func(b compute.Backend) (onnxtest.Training, error) {
				m, err := New(b, p, v, nil)
				if err != nil {
					return onnxtest.Training{}, err
				}
				l, err := NewLearner(m, noise(v, 2*p.Batch, 1))
				return onnxtest.Training{Store: m.store, Step: func(step int) ([]onnxtest.Loss, error) {
					x, err := l.Step(step)
					// The Go backend adds up a million squares one after the other in float32, which costs it 3e-4 of the MSE.
					return []onnxtest.Loss{{Name: "MSE", Value: x["mse"], Within: 1e-3}, {Name: "KL", Value: x["kl"], Within: 1e-4}}, err
				}}, err
			})
		})
	}
}
