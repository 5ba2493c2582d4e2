package nhf

import (
	"testing"

	"github.com/gomlx/compute"

	"hgn.local/gomlx_models/parallel/paralleltest"
	"hgn.local/gomlx_models/points"
)

// A training step on several devices is that on one, with the batch and the momenta of each point divided among them.
func TestSpread(t *testing.T) {
	cases := map[string]Params{}
	for name, preset := range presets {
		cases[name] = preset()
	}
	importance := Quick()
	importance.Importance = 5
	cases["importance"] = importance
	for name, p := range cases {
		t.Run(name, func(t *testing.T) {
			inputs := []paralleltest.Input{{Size: p.Batch}, {Size: p.Batch * p.Importance}, paralleltest.Whole}
			paralleltest.CheckStep(t, inputs, func(t *testing.T, backend compute.Backend, devices int) {
				m, err := New(backend, p, points.Identity(2))
				ok(t, err)
				l, err := NewLearner(m, normal(1, 10, 2))
				ok(t, err)
				ok(t, l.UseDevices(devices))
				_, err = l.Step(0)
				ok(t, err)
			})
		})
	}
}

// A training on 2 and on 4 devices has the losses of one on a single device.
func TestTrainingOnDevices(t *testing.T) {
	p := tiny()
	p.Importance, p.Steps, p.Dtype = 3, 50, "float32"
	paralleltest.CheckTraining(t, func(t *testing.T, backend compute.Backend, devices int) func(step int) ([]float64, error) {
		m, err := New(backend, p, points.Identity(2))
		ok(t, err)
		l, err := NewLearner(m, normal(1, 40, 2))
		ok(t, err)
		ok(t, l.UseDevices(devices))
		return func(step int) ([]float64, error) {
			x, err := l.Step(step)
			return []float64{x["loss"], x["gradient"]}, err
		}
	})
}
