package video

import "github.com/gomlx/gomlx/core/tensors"

// Pooled holds the encoder's view of some videos: averages over squares of pixels, [N, Features, Frames]. A video's
// features lie together, so a batch is copied in runs. A feature is (row, column, channel).
type Pooled struct {
	Features, Frames int
	values           []uint8
}

// Pool averages over squares of by x by pixels; by must divide the frames' size. The videos must be in memory.
func Pool(v Clips, by int) Pooled {
	w := v.Size / by
	out := Pooled{Features: w * w * 3, Frames: v.Frames}
	out.values = make([]uint8, v.N*out.Features*out.Frames)
	Parallel(v.N, func(i int) {
		mine := out.video(i)
		for t := range v.Frames {
			frame := v.Frame(i, t)
			for f := range out.Features {
				y, x, c := f/3/w, f/3%w, f%3
				sum := 0
				for dy := range by {
					row := frame[((y*by+dy)*v.Size+x*by)*3+c:]
					for dx := range by {
						sum += int(row[3*dx])
					}
				}
				mine[f*out.Frames+t] = uint8((sum + by*by/2) / (by * by))
			}
		}
	})
	return out
}

func (p Pooled) video(i int) []uint8 {
	n := p.Features * p.Frames
	return p.values[i*n:][:n]
}

// Tensor lays the first frames of the videos ids out as an encoder takes them: [Features, len(ids), frames] in bytes;
// see [Seen]. Videos marked in backwards are played from the last frame to the first.
func (p Pooled) Tensor(ids []int, backwards []bool, frames int) *tensors.Tensor {
	flat := make([]uint8, p.Features*len(ids)*frames)
	for i, id := range ids {
		all := p.video(id)
		for f := range p.Features {
			src, dst := all[f*p.Frames:][:p.Frames], flat[(f*len(ids)+i)*frames:][:frames]
			if backwards != nil && backwards[i] {
				for j := range dst {
					dst[j] = src[p.Frames-1-j]
				}
			} else {
				copy(dst, src)
			}
		}
	}
	return tensors.FromFlatDataAndDimensions(flat, p.Features, len(ids), frames)
}

// Single lays out k consecutive frames for every place i, from frame at[i] of video which[i] on, each as a video of
// its own: [Features, k·n, 1] in bytes; see [Seen]. The first frames of all places come before the second frames of
// all places.
func (p Pooled) Single(which, at []int, k int) *tensors.Tensor {
	n := len(which)
	flat := make([]uint8, p.Features*k*n)
	for i, id := range which {
		all := p.video(id)[at[i]:]
		for f := range p.Features {
			for j := range k {
				flat[(f*k+j)*n+i] = all[f*p.Frames+j]
			}
		}
	}
	return tensors.FromFlatDataAndDimensions(flat, p.Features, k*n, 1)
}
