package nsf

import (
	"testing"

	"github.com/gomlx/compute"

	"hgn.local/gomlx_models/parallel/paralleltest"
	"hgn.local/gomlx_models/points"
	"hgn.local/gomlx_models/prior"
)

// A training step on several devices is that on one, with the batch divided among them.
func TestSpread(t *testing.T) {
	p := Quick()
	p.Layers, p.Hidden = 2, []int{16}
	inputs := []paralleltest.Input{{Size: p.Batch}, paralleltest.Whole}
	paralleltest.CheckStep(t, inputs, func(t *testing.T, backend compute.Backend, devices int) {
		m, err := New(backend, p, points.Identity(2))
		ok(t, err)
		l, err := NewLearner(m, sample(prior.Normal{D: 2, Scale: 1}, 1, 10))
		ok(t, err)
		ok(t, l.UseDevices(devices))
		_, err = l.Step(0)
		ok(t, err)
	})
}
