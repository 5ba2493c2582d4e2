package hgn

import (
	"errors"

	"github.com/gomlx/gomlx/core/tensors"

	"hgn.local/gomlx_models/fit"
)

// cutter returns the function that cuts the inputs of a training step into parts, see fit.Objective.Cut. A part has some of
// the videos with all their decoded frames, and index points into the states of the part's own videos.
func (p Params) cutter(ways int) func(batch []any, k, n int) ([]any, error) {
	return func(batch []any, k, n int) ([]any, error) {
		b := p.Batch / n // videos of a part
		var videos, decoded []int
		for i := k * b; i < (k+1)*b; i++ {
			videos = append(videos, i)
		}
		for j := range p.DecodedFrames {
			for _, i := range videos {
				decoded = append(decoded, j*p.Batch+i)
			}
		}
		out := append([]any{}, batch...)
		var failed []error
		take := func(i, axis int, numbers []int) {
			x, err := fit.Take(batch[i].(*tensors.Tensor), axis, numbers)
			out[i], failed = x, append(failed, err)
		}
		take(0, 1, videos)
		take(1, 0, videos)
		take(2, 0, decoded)
		for i := 6; i < len(batch); i++ { // the sense of time and the given constants, where there are any
			take(i, 0, videos)
		}
		index := make([]int32, len(decoded))
		for row, whole := range tensors.MustCopyFlatData[int32](batch[3].(*tensors.Tensor)) {
			if j, i := row/p.Batch, row%p.Batch-k*b; i >= 0 && i < b {
				step, way := int(whole)/(ways*p.Batch), int(whole)/p.Batch%ways
				index[j*b+i] = int32((step*ways+way)*b + i)
			}
		}
		out[3] = tensors.FromFlatDataAndDimensions(index, len(index), 1)
		return out, errors.Join(failed...)
	}
}

// whole says why a batch cannot be learned from in parts, or is empty.
func (p Params) whole() string {
	switch {
	case p.Moments > 0:
		return "moments compares all frames of a batch with each other; set moments=0"
	case p.Sharpen > 0:
		return "sharpen weighs all frames of a batch together; set sharpen=0"
	case p.Geco > 0:
		return "geco follows the error from batch to batch; set geco=0"
	}
	return ""
}
