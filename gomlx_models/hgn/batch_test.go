package hgn

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/core/tensors"

	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/video"
)

// signed are videos whose first two pixel values are the numbers of the video and of the frame.
func signed(v video.Shape, n int) video.Clips {
	videos := noise(v, n, 3)
	for i := range n {
		for frame := range v.Frames {
			pixels := videos.Frame(i, frame)
			pixels[0], pixels[1] = uint8(i), uint8(frame)
		}
	}
	return videos
}

// must is the batch of a step.
func (b *batcher) must(t *testing.T, seed uint64, step, unroll int) batch {
	t.Helper()
	drawn, err := b.draw(seed, step, unroll)
	ok(t, err)
	return drawn
}

// A batch depends on the seed and the step, and on nothing that was drawn before.
func TestBatchIsAFunctionOfSeedAndStep(t *testing.T) {
	v := signed(tinyVideo, 10)
	content := func(b batch) string {
		return fmt.Sprint(tensors.MustCopyFlatData[uint8](b.video), tensors.MustCopyFlatData[float32](b.noise),
			tensors.MustCopyFlatData[uint8](b.target), tensors.MustCopyFlatData[int32](b.index))
	}
	one, two := newBatcher(tiny(), v), newBatcher(tiny(), v)
	var forward []string
	for step := range 6 {
		forward = append(forward, content(one.must(t, 1, step, 3)))
	}
	for _, step := range []int{5, 2, 2, 0, 4} {
		if content(two.must(t, 1, step, 3)) != forward[step] {
			t.Errorf("the batch of step %d depends on what was drawn before", step)
		}
	}
	for step := range 5 {
		if forward[step] == forward[step+1] {
			t.Errorf("steps %d and %d have the same batch", step, step+1)
		}
	}
	noise := func(b batch) []float32 { return tensors.MustCopyFlatData[float32](b.noise) }
	if slices.Equal(noise(two.must(t, 2, 0, 3)), noise(two.must(t, 1, 0, 3))) || slices.Equal(noise(two.must(t, 1, 1, 3)), noise(two.must(t, 1, 0, 3))) {
		t.Error("another seed or step gives the same noise")
	}
}

// Every epoch goes through the videos in an order of its own, which the seed decides.
func TestEpochs(t *testing.T) {
	seen := map[string]bool{}
	for seed := range uint64(3) {
		for epoch := range 3 {
			var order []int
			for n := range 30 {
				order = append(order, fit.ShuffledIndex(seed, 30*epoch+n, 30))
			}
			seen[fmt.Sprint(order)] = true
			slices.Sort(order)
			for i, id := range order {
				if i != id {
					t.Fatalf("seed %d, epoch %d goes through the videos %v", seed, epoch, order)
				}
			}
		}
	}
	if len(seen) != 9 {
		t.Errorf("three epochs of three seeds have %d orders", len(seen))
	}
}

// Every row of the target is the frame that lies at the row's offset from the middle of the video as it
// is shown to the encoder, forwards or backwards; the offsets cover the window and nothing else.
func TestBatchPairsFramesWithStates(t *testing.T) {
	for _, frames := range []int{7, 8} {
		for _, unroll := range []int{1, 2, 5} {
			t.Run(fmt.Sprintf("%d frames, unroll %d", frames, unroll), func(t *testing.T) {
				p, v := tiny(), video.Shape{Frames: frames, Size: 8, Dt: 0.2}
				videos := signed(v, 10)
				b := newBatcher(p, videos)
				offsets, turned, shown := map[int]int{}, map[bool]int{}, map[int]int{}
				for step := range 60 {
					batch := b.must(t, 1, step, unroll)
					ids, backwards := check(t, b, batch, unroll, offsets)
					for i := range ids {
						turned[backwards[i]]++
						shown[ids[i]]++
					}
				}
				low, high := max(-unroll, -v.Frames/2), min(unroll, v.Frames-1-v.Frames/2)
				for o := low; o <= high; o++ {
					if offsets[o] == 0 {
						t.Errorf("offset %d is never decoded", o)
					}
					delete(offsets, o)
				}
				if len(offsets) > 0 {
					t.Errorf("offsets outside of %d..%d: %v", low, high, offsets)
				}
				if share := float64(turned[true]) / float64(turned[true]+turned[false]); math.Abs(share-p.Reversal) > 0.15 {
					t.Errorf("%.2f of the videos run backwards, want %.2f", share, p.Reversal)
				}
				for id, n := range shown { // 24 epochs
					if n != 24 {
						t.Errorf("video %d is shown %d times in 24 epochs", id, n)
					}
				}
			})
		}
	}
}

// check compares every row of a batch with the videos, counts the offsets, and returns which videos the
// batch holds and in which direction.
func check(t *testing.T, b *batcher, batch batch, unroll int, offsets map[int]int) (ids []int, backwards []bool) {
	t.Helper()
	n, v, pixels := b.params.Batch, b.videos, b.videos.Shape.Pixels()
	target := tensors.MustCopyFlatData[uint8](batch.target)
	index := tensors.MustCopyFlatData[int32](batch.index)
	video := tensors.MustCopyFlatData[uint8](batch.video)
	ids, backwards = make([]int, n), make([]bool, n)
	for i := range n {
		ids[i] = int(target[i*pixels])
		switch {
		case slices.Equal(column(video, n, i, v.Frames), column(tensors.MustCopyFlatData[uint8](b.pooled.Tensor(ids[i:i+1], nil, v.Frames)), 1, 0, v.Frames)):
		case slices.Equal(column(video, n, i, v.Frames), column(tensors.MustCopyFlatData[uint8](b.pooled.Tensor(ids[i:i+1], []bool{true}, v.Frames)), 1, 0, v.Frames)):
			backwards[i] = true
		default:
			t.Fatalf("the encoder does not see video %d, whose frames are the target, in either direction", ids[i])
		}
	}
	for row, at := range index {
		i := int(at) % n
		if i != row%n {
			t.Fatalf("row %d of the target belongs to video %d of the batch, its state to %d", row, row%n, i)
		}
		offset := int(at) / (2 * n)
		if int(at)%(2*n) >= n {
			offset = -offset
		}
		if offset < -unroll || offset > unroll {
			t.Fatalf("row %d has offset %d, beyond the unroll %d", row, offset, unroll)
		}
		offsets[offset]++
		frame := v.Frames/2 + offset
		if backwards[i] {
			frame = v.Frames - 1 - frame
		}
		for j, want := range v.Frame(ids[i], frame) {
			if got := target[row*pixels+j]; got != want {
				t.Fatalf("row %d, offset %d, backwards %t: pixel %d is %d, in frame %d of video %d it is %d",
					row, offset, backwards[i], j, got, frame, ids[i], want)
			}
		}
	}
	return ids, backwards
}

// column is video i of a tensor [features, batch, frames].
func column(x []uint8, batch, i, frames int) (out []uint8) {
	for f := range len(x) / batch / frames {
		out = append(out, x[(f*batch+i)*frames:][:frames]...)
	}
	return out
}

// The share of reversed videos is exact where it is none or all.
func TestReversalNoneOrAll(t *testing.T) {
	videos := signed(tinyVideo, 10)
	for share, want := range map[float64]bool{0: false, 1: true} {
		p := tiny()
		p.Reversal = share
		b := newBatcher(p, videos)
		for step := range 10 {
			_, backwards := check(t, b, b.must(t, 1, step, 3), 3, map[int]int{})
			if slices.Contains(backwards, !want) {
				t.Fatalf("reversal %g: the batch of step %d runs backwards %v", share, step, backwards)
			}
		}
	}
}

// The noise of the reparametrisation is standard normal.
func TestBatchNoise(t *testing.T) {
	b := newBatcher(tiny(), signed(tinyVideo, 10))
	sum, square, n := 0.0, 0.0, 0.0
	for step := range 400 {
		for _, x := range tensors.MustCopyFlatData[float32](b.must(t, 1, step, 1).noise) {
			sum, square, n = sum+float64(x), square+float64(x*x), n+1
		}
	}
	if mean, variance := sum/n, square/n; math.Abs(mean) > 0.06 || math.Abs(variance-1) > 0.1 {
		t.Errorf("%g samples have mean %.3f and mean square %.3f", n, mean, variance)
	}
}

// Videos that are made on demand give the same batches as those in memory, and what cannot be made is an error.
func TestBatchOfVideosOnDemand(t *testing.T) {
	held := signed(tinyVideo, 10)
	made := video.Clips{Shape: held.Shape, N: held.N, Make: func(i int, dst []uint8) error { copy(dst, held.Video(i)); return nil }}
	for _, pool := range []int{1, 2} {
		p := tiny()
		p.Pool = pool
		a, b := newBatcher(p, held), newBatcher(p, made)
		for step := range 4 {
			got, want := b.must(t, 1, step, 3), a.must(t, 1, step, 3)
			if !got.video.Equal(want.video) || !got.target.Equal(want.target) || !got.index.Equal(want.index) || !got.noise.Equal(want.noise) {
				t.Errorf("pool %d: the batch of step %d is another one", pool, step)
			}
		}
	}
	made.Make = func(int, []uint8) error { return errors.New("no such video") }
	l := newLearner(t, tiny(), made)
	if _, err := l.Step(0); err == nil || !strings.Contains(err.Error(), "no such video") {
		t.Errorf("a video that cannot be made gives the error %v", err)
	}
}
