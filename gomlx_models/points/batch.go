package points

import (
	"hgn.local/gomlx_models/fit"
)

// Batch returns the size points of one training step, from an endless walk through x in which every epoch has its own
// order. It depends only on the seed and the step, so an interrupted training continues with the batches that it
// would have seen.
func (x Points) Batch(seed uint64, step, size int) Points {
	batch := New(size, x.Dim)
	batch.Cond, batch.CondDim = make([]float64, size*x.CondDim), x.CondDim
	for i := range size {
		from := fit.ShuffledIndex(seed, step*size+i, x.N())
		copy(batch.At(i), x.At(from))
		copy(batch.CondAt(i), x.CondAt(from))
	}
	return batch
}
