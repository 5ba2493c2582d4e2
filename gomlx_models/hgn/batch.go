package hgn

import (
	"math/rand/v2"
	"runtime"
	"sync"

	"github.com/gomlx/gomlx/core/tensors"

	"hgn.local/gomlx_models/params"
)

// Videos are N videos of the same shape, uint8 RGB: [N, Frames, Size, Size, 3].
type Videos struct {
	Video
	N      int
	Pixels []uint8
}

// check says why videos do not fit a model of videos like want.
func (v Videos) check(want Video) error {
	switch {
	case v.Video != want:
		return params.Errorf("the model is of %s, these videos have %s", want, v.Video)
	case v.N < 1:
		return params.Errorf("there are no videos")
	case len(v.Pixels) != v.N*v.Frames*v.Video.Pixels():
		return params.Errorf("%d videos of %s need %d bytes, not %d", v.N, v.Video, v.N*v.Frames*v.Video.Pixels(), len(v.Pixels))
	}
	return nil
}

// frame is frame t of video i.
func (v Videos) frame(i, t int) []uint8 {
	n := v.Video.Pixels()
	return v.Pixels[(i*v.Frames+t)*n:][:n]
}

// part is the n videos from from.
func (v Videos) part(from, n int) Videos {
	size := v.Frames * v.Video.Pixels()
	return Videos{Video: v.Video, N: n, Pixels: v.Pixels[from*size:][:n*size]}
}

// pooled holds what the encoder sees of some videos: averages over pool x pool pixels,
// [N, features, Frames], so that a video's features lie together and a batch is copied in runs.
type pooled struct {
	features, frames int
	values           []uint8
}

func pool(v Videos, by int) pooled {
	w := v.Size / by
	out := pooled{features: w * w * 3, frames: v.Frames}
	out.values = make([]uint8, v.N*out.features*out.frames)
	parallel(v.N, func(i int) {
		mine := out.video(i)
		for t := range v.Frames {
			frame := v.frame(i, t)
			for f := range out.features {
				y, x, c := f/3/w, f/3%w, f%3
				sum := 0
				for dy := range by {
					row := frame[((y*by+dy)*v.Size+x*by)*3+c:]
					for dx := range by {
						sum += int(row[3*dx])
					}
				}
				mine[f*out.frames+t] = uint8((sum + by*by/2) / (by * by))
			}
		}
	})
	return out
}

func (p pooled) video(i int) []uint8 {
	n := p.features * p.frames
	return p.values[i*n:][:n]
}

// grey is subtracted from what the encoder sees, so that a background is about zero.
const grey = 0.3

// tensor lays the videos ids out as the encoder wants them, [features, len(ids), frames] in [-0.3, 0.7];
// those marked in backwards run from the last frame to the first.
func (p pooled) tensor(ids []int, backwards []bool) *tensors.Tensor {
	t := tensors.FromFlatDataAndDimensions(make([]float32, p.features*len(ids)*p.frames), p.features, len(ids), p.frames)
	tensors.MustMutableFlatData(t, func(flat []float32) {
		for f := range p.features {
			for i, id := range ids {
				src := p.video(id)[f*p.frames:][:p.frames]
				dst := flat[(f*len(ids)+i)*p.frames:][:p.frames]
				if backwards != nil && backwards[i] {
					for j, v := range src {
						dst[p.frames-1-j] = unit[v] - grey
					}
				} else {
					for j, v := range src {
						dst[j] = unit[v] - grey
					}
				}
			}
		}
	})
	return t
}

// unit maps a byte to [0, 1].
var unit = func() (u [256]float32) {
	for i := range u {
		u[i] = float32(i) / 255
	}
	return u
}()

// batch is the input of one training step, see objective.
type batch struct{ video, noise, target, index *tensors.Tensor }

// batcher draws batches. The one of a step depends on the seed and the step only, so that an
// interrupted training continues with the very batches that it would have seen.
type batcher struct {
	params Params
	videos Videos
	pooled pooled
}

func (b *batcher) draw(seed uint64, step, unroll int) batch {
	r := rand.New(rand.NewPCG(seed, uint64(step)))
	p, v := b.params, b.videos
	ids, backwards := make([]int, p.Batch), make([]bool, p.Batch)
	for i := range ids {
		ids[i] = b.id(seed, step*p.Batch+i)
		backwards[i] = r.Float64() < p.Reversal
	}
	low, high := max(-unroll, -v.Middle()), min(unroll, v.Frames-1-v.Middle())
	pixels := v.Video.Pixels()
	k := p.DecodedFrames
	target, index := make([]float32, k*p.Batch*pixels), make([]int32, k*p.Batch)
	for j := range k {
		// stratified: one frame from each k-th of the window
		from, to := low+j*(high-low+1)/k, low+(j+1)*(high-low+1)/k
		for i, id := range ids {
			offset := from + r.IntN(max(1, to-from))
			t := v.Middle() + offset
			if backwards[i] {
				t = v.Frames - 1 - t
			}
			row := j*p.Batch + i
			index[row] = int32(stateIndex(i, offset, p.Batch))
			dst := target[row*pixels:][:pixels]
			for n, value := range v.frame(id, t) {
				dst[n] = unit[value]
			}
		}
	}
	noise := make([]float32, p.Batch*p.Z)
	for i := range noise {
		noise[i] = float32(r.NormFloat64())
	}
	return batch{
		video:  b.pooled.tensor(ids, backwards),
		noise:  tensors.FromFlatDataAndDimensions(noise, p.Batch, p.Z),
		target: tensors.FromFlatDataAndDimensions(target, k*p.Batch, pixels),
		index:  tensors.FromFlatDataAndDimensions(index, k*p.Batch, 1),
	}
}

// id is the n-th video in an endless walk through the data, every epoch in an order of its own.
func (b *batcher) id(seed uint64, n int) int {
	epoch, at := n/b.videos.N, n%b.videos.N
	return permute(at, b.videos.N, seed+uint64(epoch)*0x9e3779b97f4a7c15)
}

// permute maps 0..n-1 onto itself, differently for each key, without a table: a small Feistel cipher
// on the next power of four, walked until it lands below n.
func permute(x, n int, key uint64) int {
	half := 1
	for 1<<(2*half) < n {
		half++
	}
	mask := uint64(1)<<half - 1
	for {
		left, right := uint64(x)>>half, uint64(x)&mask
		for round := range uint64(4) {
			f := (right + key + round*0xbf58476d1ce4e5b9) * 0x94d049bb133111eb
			f ^= f >> 29
			left, right = right, left^(f>>17&mask)
		}
		x = int(left<<half | right)
		if x < n {
			return x
		}
	}
}

// parallel calls f(0..n-1) from as many goroutines as there are cores.
func parallel(n int, f func(i int)) {
	var wg sync.WaitGroup
	workers := min(n, runtime.GOMAXPROCS(0))
	for w := range workers {
		wg.Go(func() {
			for i := w; i < n; i += workers {
				f(i)
			}
		})
	}
	wg.Wait()
}
