package hgn

import (
	"math/rand/v2"

	"github.com/gomlx/gomlx/core/tensors"

	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/video"
)

// batch is the input of one training step (see objective); video and target are in bytes.
type batch struct{ video, noise, target, index, sense, constants *tensors.Tensor }

// batcher draws batches. A step's batch depends only on the seed and the step, so an interrupted training continues
// with the batches that it would have seen.
type batcher struct {
	params Params
	videos video.Clips
	pooled *video.Pooled // all videos as the encoder sees them; nil if that costs more memory than it saves time
}

func newBatcher(p Params, v video.Clips) *batcher {
	b := &batcher{params: p, videos: v}
	if v.InMemory() && p.Pool > 1 {
		seen := video.Pool(v, p.Pool)
		b.pooled = &seen
	}
	return b
}

// take returns the videos ids and the encoder's view of them. Rows indexes both.
func (b *batcher) take(ids []int) (videos video.Clips, seen video.Pooled, rows []int, err error) {
	if b.pooled != nil {
		return b.videos, *b.pooled, ids, nil
	}
	if videos, err = b.videos.Load(ids...); err != nil {
		return videos, seen, nil, err
	}
	rows = make([]int, len(ids))
	for i := range rows {
		rows[i] = i
	}
	return videos, video.Pool(videos, b.params.Pool), rows, nil
}

// draw makes the batch of a step that unrolls that many frames each way. It stratifies the frames to decode: it cuts
// the window into DecodedFrames stretches and draws one frame from each, all frames of a stretch with the same
// probability. If their number does not divide the window, the stretches differ in length by one frame, and so do the
// frames' weights in the expected error: with 30 frames in 4 stretches, frames in a stretch of 7 count 7% too much,
// and frames in a stretch of 8 count 6% too little. The pixel error is an unbiased estimate for the whole window only
// if the number divides it.
func (b *batcher) draw(seed uint64, step, unroll int) (batch, error) {
	r := rand.New(rand.NewPCG(seed, uint64(step)))
	p := b.params
	ids, backwards := make([]int, p.Batch), make([]bool, p.Batch)
	for i := range ids {
		ids[i] = fit.ShuffledIndex(seed, step*p.Batch+i, b.videos.N)
		backwards[i] = r.Float64() < p.Reversal
	}
	v, seen, rows, err := b.take(ids)
	if err != nil {
		return batch{}, err
	}
	anchor, ways := p.anchor(v.Shape), p.ways(v.Shape)
	low, high := max(-unroll, -anchor), min(unroll, v.Frames-1-anchor)
	pixels := v.Shape.Pixels()
	k := p.DecodedFrames
	target, index := make([]uint8, k*p.Batch*pixels), make([]int32, k*p.Batch)
	for j := range k {
		from, to := low+j*(high-low+1)/k, low+(j+1)*(high-low+1)/k
		for i, id := range rows {
			offset := from + r.IntN(max(1, to-from))
			t := anchor + offset
			if backwards[i] {
				t = v.Frames - 1 - t
			}
			row := j*p.Batch + i
			index[row] = int32(stateIndex(i, offset, p.Batch, ways))
			copy(target[row*pixels:][:pixels], v.Frame(id, t))
		}
	}
	z := p.zDim(v.Shape)
	noise := make([]float32, p.Batch*z)
	for i := range noise {
		noise[i] = float32(r.NormFloat64())
	}
	sense := make([]float32, p.Batch)
	for i := range sense {
		if sense[i] = 1; backwards[i] {
			sense[i] = -1
		}
	}
	var constants *tensors.Tensor
	if p.Constant == givenConstant {
		constants = b.constants(v, rows)
	}
	return batch{
		constants: constants,
		sense:     tensors.FromFlatDataAndDimensions(sense, p.Batch, 1),
		video:     seen.Tensor(rows, backwards, p.framesIn(v.Shape)),
		noise:     tensors.FromFlatDataAndDimensions(noise, p.Batch, z),
		target:    tensors.FromFlatDataAndDimensions(target, k*p.Batch, pixels),
		index:     tensors.FromFlatDataAndDimensions(index, k*p.Batch, 1),
	}, nil
}
