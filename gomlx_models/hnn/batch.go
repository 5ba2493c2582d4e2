package hnn

import (
	"math/rand/v2"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/video"
)

// draw makes the input of a training step (see objective): some pairs of frames, with the frames after them, from
// each of some videos, in bytes; unpack converts them to numbers. seen is the encoder's view of all videos, or nil if
// it must be pooled from the batch's videos. The batch depends only on the seed and the step, so an interrupted
// training continues with the batches that it would have seen.
func draw(p Params, v video.Clips, seen *video.Pooled, seed uint64, step int) ([]any, error) {
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
	n, pixels := len(at), v.Shape.Pixels()
	frames := func(from int) *tensors.Tensor {
		bytes := make([]uint8, n*pixels)
		for i := range n {
			copy(bytes[i*pixels:], v.Frame(which[i], at[i]+from))
		}
		return tensors.FromFlatDataAndDimensions(bytes, n, pixels)
	}
	if seen != nil {
		return []any{seen.Single(which, at, 3), frames(0), frames(1)}, nil
	}
	return []any{see(consecutive(v, which, at, 3), p.Pool), frames(0), frames(1)}, nil
}

// unpack converts the output of draw into the inputs of objective.
func unpack(in []*Node) []*Node {
	return []*Node{video.Seen(in[0]), video.Units(in[1]), video.Units(in[2])}
}

// consecutive takes k frames from frame at[i] of video which[i] on, and returns them as clips of one frame: the first
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

// see returns the encoder's view of clips of one frame, [features, N, 1].
func see(frames video.Clips, pool int) *tensors.Tensor {
	ids := make([]int, frames.N)
	for i := range ids {
		ids[i] = i
	}
	return video.Pool(frames, pool).Tensor(ids, nil, 1)
}
