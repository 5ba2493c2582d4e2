package hnn

import (
	"math/rand/v2"

	"github.com/gomlx/gomlx/core/tensors"

	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/video"
)

// draw makes the input of a training step, see objective: some pairs of frames, with those that follow, from each of
// some videos. It depends on the seed and the step only, so that an interrupted training continues with the very
// batches that it would have seen.
func draw(p Params, v video.Clips, seed uint64, step int) ([]any, error) {
	r := rand.New(rand.NewPCG(seed, uint64(step)))
	ids := make([]int, p.Batch)
	for i := range ids {
		ids[i] = fit.ShuffledIndex(seed, step*p.Batch+i, v.N)
	}
	var which, at []int // video and frame of each place
	for i, id := range ids {
		if !v.InMemory() {
			id = i
		}
		for range p.Pairs {
			which, at = append(which, id), append(at, r.IntN(v.Frames-2))
		}
	}
	if !v.InMemory() {
		var err error
		if v, err = v.Load(ids...); err != nil {
			return nil, err
		}
	}
	frames := consecutive(v, which, at, 3)
	n, pixels := len(at), v.Shape.Pixels()
	unit := func(bytes []uint8) *tensors.Tensor {
		x := make([]float32, len(bytes))
		for i, b := range bytes {
			x[i] = video.Unit[b]
		}
		return tensors.FromFlatDataAndDimensions(x, n, pixels)
	}
	return []any{see(frames, p.Pool), unit(frames.Pixels[:n*pixels]), unit(frames.Pixels[n*pixels : 2*n*pixels])}, nil
}

// consecutive takes, from frame at[i] of video which[i] on, k frames, and returns them as clips of one frame: the first
// of every i, then the second of every i, and so on. The videos must be in memory.
func consecutive(v video.Clips, which, at []int, k int) video.Clips {
	n := len(which)
	out := video.Clips{Shape: video.Shape{Frames: 1, Size: v.Size, Dt: v.Dt}, N: k * n, Pixels: make([]uint8, k*n*v.Shape.Pixels())}
	for j := range k {
		for i := range n {
			copy(out.Video(j*n+i), v.Frame(which[i], at[i]+j))
		}
	}
	return out
}

// see is what the encoder sees of clips of one frame, [features, N, 1].
func see(frames video.Clips, pool int) *tensors.Tensor {
	ids := make([]int, frames.N)
	for i := range ids {
		ids[i] = i
	}
	return video.Pool(frames, pool).Tensor(ids, nil, 1)
}
