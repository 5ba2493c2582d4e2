package rnvp

import (
	"testing"

	"github.com/gomlx/compute"

	"hgn.local/gomlx_models/parallel/paralleltest"
	"hgn.local/gomlx_models/points"
	"hgn.local/gomlx_models/prior"
)

// A training step on several devices is that on one, with the batch divided among them.
func TestSpread(t *testing.T) {
	for name, preset := range presets {
		t.Run(name, func(t *testing.T) {
			p := preset()
			inputs := []paralleltest.Input{{Size: p.Batch}, paralleltest.Whole}
			paralleltest.CheckStep(t, inputs, func(t *testing.T, backend compute.Backend, devices int) {
				m, err := New(backend, p, points.Identity(2))
				ok(t, err)
				l, err := NewLearner(m, sample(prior.Normal{D: 2, Scale: 1}, 1, 10))
				ok(t, err)
				ok(t, l.UseDevices(devices))
				for step := range 2 {
					_, err = l.Step(step)
					ok(t, err)
				}
				_, err = m.Sample(1, 2)
				ok(t, err)
				_, err = l.Step(2) // after the variables were on a single device
				ok(t, err)
			})
		})
	}
}

// A training on 2 and on 4 devices has the losses of one on a single device.
func TestTrainingOnDevices(t *testing.T) {
	p := tiny()
	p.Steps, p.Dtype = 50, "float32"
	paralleltest.CheckTraining(t, func(t *testing.T, backend compute.Backend, devices int) func(step int) ([]float64, error) {
		m, err := New(backend, p, points.Identity(2))
		ok(t, err)
		l, err := NewLearner(m, sample(prior.Normal{D: 2, Scale: 1}, 1, 40))
		ok(t, err)
		ok(t, l.UseDevices(devices))
		return func(step int) ([]float64, error) {
			x, err := l.Step(step)
			return []float64{x["loss"], x["gradient"]}, err
		}
	})
}
