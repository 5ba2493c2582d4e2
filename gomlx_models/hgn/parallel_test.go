package hgn

import (
	"testing"

	"github.com/gomlx/compute"

	"hgn.local/gomlx_models/parallel/paralleltest"
)

// A training step of every preset and of every variant on several devices is that on one, with the batch, its noise, and
// the frames to reconstruct divided among them.
func TestSpread(t *testing.T) {
	for name, c := range lowered() {
		t.Run(name, func(t *testing.T) {
			p := c.params
			decoded := paralleltest.Input{Size: p.Batch * p.DecodedFrames}
			inputs := []paralleltest.Input{{Axis: 1, Size: p.Batch}, {Size: p.Batch}, decoded, decoded, paralleltest.Whole, paralleltest.Whole}
			paralleltest.CheckStep(t, inputs, func(t *testing.T, backend compute.Backend, devices int) {
				m, err := New(backend, p, c.video, nil)
				ok(t, err)
				l, err := NewLearner(m, noise(c.video, 2, 1))
				ok(t, err)
				ok(t, l.Spread(devices))
				_, err = l.Step(0)
				ok(t, err)
			})
		})
	}
}
