package points

import (
	"hgn.local/gomlx_models/fit"
)

// Batch returns the size points of one training step, from an endless walk through x in which every epoch has its own
// order. It depends only on the seed and the step, so an interrupted training continues with the batches that it
// would have seen.
func (x Points) Batch(seed uint64, step, size int) Points {
	batch := New(size, x.Dim)
	for i := range size {
		copy(batch.At(i), x.At(fit.ShuffledIndex(seed, step*size+i, x.N())))
	}
	return batch
}
