package hnn

import (
	"testing"

	"github.com/gomlx/compute"

	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/parallel/paralleltest"
	"hgn.local/gomlx_models/video"
)

// A training step of every variant on several devices is that on one, with the batch divided among them.
func TestSpread(t *testing.T) {
	shape := video.Shape{Frames: 30, Size: 32, Dt: 0.125}
	for preset := range presets {
		for _, variant := range []string{Pixels, Conv, States, Baseline} {
			p := presets[preset]()
			p.Variant, p.LatentDim = variant, 1
			if variant == Conv && preset != "paper" {
				p.Pool = 1
			}
			t.Run(preset+"/"+variant, func(t *testing.T) {
				if p.OfVideos() {
					n := p.Batch * p.Pairs
					inputs := []paralleltest.Input{{Axis: 1, Size: 3 * n}, {Size: n}, {Size: n}, paralleltest.Whole}
					paralleltest.CheckStep(t, inputs, func(t *testing.T, backend compute.Backend, devices int) {
						m, err := New(backend, p, shape, nil)
						ok(t, err)
						l, err := NewLearner(m, noise(shape, 2, 1))
						ok(t, err)
						ok(t, l.UseDevices(devices))
						_, err = l.Step(0)
						ok(t, err)
					})
					return
				}
				n := paralleltest.Input{Size: p.Batch}
				paralleltest.CheckStep(t, []paralleltest.Input{n, n, n, n, paralleltest.Whole}, func(t *testing.T, backend compute.Backend, devices int) {
					m, err := NewStates(backend, p, 2)
					ok(t, err)
					l, err := NewStatesLearner(m, Samples{States: randomStates(1, 4, 2), Rates: randomStates(2, 4, 2)})
					ok(t, err)
					ok(t, l.UseDevices(devices))
					_, err = l.Step(0)
					ok(t, err)
				})
			})
		}
	}
}

// A training on 2 and on 4 devices has the losses of one on a single device, in every variant.
func TestTrainingOnDevices(t *testing.T) {
	for _, variant := range []string{Pixels, Conv, States, Baseline} {
		t.Run(variant, func(t *testing.T) {
			p := tiny(variant)
			p.LatentDim = 1
			paralleltest.CheckTraining(t, func(t *testing.T, backend compute.Backend, devices int) func(step int) ([]float64, error) {
				step := func(l *fit.Learner) func(step int) ([]float64, error) {
					return func(step int) ([]float64, error) {
						x, err := l.Step(step)
						return []float64{x["loss"], x["mse"], x["hnn"], x["cc"]}, err
					}
				}
				if !p.OfVideos() {
					m, err := NewStates(backend, p, 2)
					ok(t, err)
					l, err := NewStatesLearner(m, Samples{States: randomStates(1, 20, 2), Rates: randomStates(2, 20, 2)})
					ok(t, err)
					ok(t, l.UseDevices(devices))
					return step(l)
				}
				shape := video.Shape{Frames: 6, Size: 16, Dt: 0.125}
				m, err := New(backend, p, shape, nil)
				ok(t, err)
				l, err := NewLearner(m, noise(shape, 8, 1))
				ok(t, err)
				ok(t, l.UseDevices(devices))
				return step(l)
			})
		})
	}
}
