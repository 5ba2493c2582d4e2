package points

import (
	"math"

	"hgn.local/gomlx_models/video"
)

// Batch is that of one training step: size points of x, in an endless walk through all of them, every epoch in an order
// of its own. It depends on the seed and the step only, so that an interrupted training continues with the very
// batches that it would have seen.
func (x Points) Batch(seed uint64, step, size int) Points {
	batch := New(size, x.Dim)
	for i := range size {
		copy(batch.At(i), x.At(video.Walk(seed, step*size+i, x.N())))
	}
	return batch
}

// Rate is the learning rate of a step of several: a linear warm-up over the given share of the steps, then half a
// cosine from the peak down to 0.5% of it.
func Rate(step, steps int, peak, warmUp float64) float64 {
	done := float64(step) / float64(steps)
	rate := peak * (0.5*(1+math.Cos(math.Pi*math.Min(done, 1))) + 0.005)
	if done < warmUp {
		rate *= (done + 1/float64(steps)) / warmUp
	}
	return rate
}
