package hnn

import (
	"testing"

	"hgn.local/kernels_xla/graphtest"
)

// A training whose gradients are added up over parts of the batch has the losses of one on whole batches.
func TestAccumulate(t *testing.T) {
	begin := func(parts int) func(step int) []float64 {
		l := newLearner(t, tiny(Pixels), noise(tinyVideo, 9, 1))
		ok(t, l.Accumulate(parts))
		return func(step int) []float64 {
			x, err := l.Step(step)
			ok(t, err)
			return []float64{x["loss"], x["mse"], x["hnn"], x["cc"]}
		}
	}
	whole, parts := begin(1), begin(4)
	for step := range 6 {
		graphtest.Near(t, "losses", parts(step), whole(step), 1e-5)
	}
}
