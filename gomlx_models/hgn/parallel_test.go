package hgn

import (
	"testing"

	"github.com/gomlx/compute"

	"hgn.local/gomlx_models/parallel/paralleltest"
	"hgn.local/gomlx_models/video"
)

// A training step of every preset and of every variant on several devices is that on one, with the batch, its noise, and
// the frames to reconstruct divided among them.
func TestSpread(t *testing.T) {
	for name, c := range lowered() {
		t.Run(name, func(t *testing.T) {
			p := c.params
			decoded := paralleltest.Input{Size: p.Batch * p.DecodedFrames}
			inputs := []paralleltest.Input{{Axis: 1, Size: p.Batch}, {Size: p.Batch}, decoded, decoded, paralleltest.Whole, paralleltest.Whole, paralleltest.Whole}
			paralleltest.CheckStep(t, inputs, func(t *testing.T, backend compute.Backend, devices int) {
				m, err := New(backend, p, c.video, nil)
				ok(t, err)
				l, err := NewLearner(m, noise(c.video, 2, 1))
				ok(t, err)
				ok(t, l.UseDevices(devices))
				_, err = l.Step(0)
				ok(t, err)
			})
		})
	}
}

// A training on 2 and on 4 devices has the losses of one on a single device, dense and convolutional, at every kind of step.
func TestTrainingOnDevices(t *testing.T) {
	v := video.Shape{Frames: 6, Size: 16, Dt: 0.125}
	dense := Quick()
	dense.Latent, dense.Curriculum, dense.Refine, dense.Batch, dense.Steps = "circle", []Stage{{1, 0.3}}, 0, 8, 50
	conv, err := Preset("paper32")
	ok(t, err)
	conv.Latent, err = ConvLatent(32)
	ok(t, err)
	conv.DecodedFrames, conv.Batch, conv.Filters, conv.Steps = 1, 4, 2, 50
	for name, c := range map[string]loweredCase{
		"dense": {params: dense, video: v}, "conv": {params: conv, video: video.Shape{Frames: 3, Size: 32, Dt: 0.125}},
	} {
		t.Run(name, func(t *testing.T) {
			paralleltest.CheckTraining(t, func(t *testing.T, backend compute.Backend, devices int) func(step int) ([]float64, error) {
				m, err := New(backend, c.params, c.video, nil)
				ok(t, err)
				l, err := NewLearner(m, noise(c.video, 2*c.params.Batch, 1))
				ok(t, err)
				ok(t, l.UseDevices(devices))
				return func(step int) ([]float64, error) {
					x, err := l.Step(step)
					return []float64{x["loss"], x["mse"], x["kl"], x["moments"]}, err
				}
			})
		})
	}
}
