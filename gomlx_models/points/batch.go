package points

import (
	"hgn.local/gomlx_models/fit"
)

// Batch is that of one training step: size points of x, in an endless walk through all of them, every epoch in an order
// of its own. It depends on the seed and the step only, so that an interrupted training continues with the very
// batches that it would have seen.
func (x Points) Batch(seed uint64, step, size int) Points {
	batch := New(size, x.Dim)
	for i := range size {
		copy(batch.At(i), x.At(fit.ShuffledIndex(seed, step*size+i, x.N())))
	}
	return batch
}
