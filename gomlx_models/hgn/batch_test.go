package hgn

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/gomlx/gomlx/core/tensors"
)

// permute is a permutation of 0..n-1 for every n and key.
func TestPermuteIsAPermutation(t *testing.T) {
	for _, n := range []int{1, 2, 3, 4, 5, 7, 15, 16, 17, 63, 64, 65, 100, 255, 256, 257, 1000, 4097} {
		for _, key := range []uint64{0, 1, 2, 12345, math.MaxUint64, 0x9e3779b97f4a7c15} {
			seen := make([]bool, n)
			for x := range n {
				y := permute(x, n, key)
				if y < 0 || y >= n || seen[y] {
					t.Fatalf("n %d, key %d: %d goes to %d, which is out of range or taken", n, key, x, y)
				}
				seen[y] = true
			}
		}
	}
}

// Other keys give other orders, none of them the natural one.
func TestPermuteDependsOnTheKey(t *testing.T) {
	order := func(n int, key uint64) []int {
		o := make([]int, n)
		for x := range o {
			o[x] = permute(x, n, key)
		}
		return o
	}
	const n = 100
	seen := map[string]bool{}
	for key := range uint64(200) {
		o := order(n, key)
		if slices.IsSorted(o) {
			t.Errorf("key %d does nothing", key)
		}
		seen[fmt.Sprint(o)] = true
	}
	if len(seen) != 200 {
		t.Errorf("200 keys give %d orders", len(seen))
	}
	// Over many keys each tenth of the numbers goes to each tenth equally often.
	const parts, keys = 10, 1000
	var counts [parts][parts]float64
	for key := range uint64(keys) {
		for x, y := range order(n, key*0x9e3779b97f4a7c15) {
			counts[x*parts/n][y*parts/n] += 1. / keys / n * parts
		}
	}
	for x := range counts {
		for y, share := range counts[x] {
			if math.Abs(share-1./parts) > 0.02 {
				t.Errorf("tenth %d goes to tenth %d with frequency %.3f, want about %.1f", x, y, share, 1./parts)
			}
		}
	}
}

// pool averages squares of pixels, colour by colour.
func TestPoolIsAMean(t *testing.T) {
	v := noise(Video{Frames: 3, Size: 8, Dt: 1}, 2, 1)
	for _, by := range []int{1, 2, 4, 8} {
		p, w := pool(v, by), v.Size/by
		if p.features != w*w*3 || p.frames != v.Frames {
			t.Fatalf("pool %d has %d features of %d frames", by, p.features, p.frames)
		}
		for i := range v.N {
			for frame := range v.Frames {
				for f := range p.features {
					y, x, c := f/3/w, f/3%w, f%3
					sum := 0.0
					for dy := range by {
						for dx := range by {
							sum += float64(v.Pixels[(((i*v.Frames+frame)*v.Size+y*by+dy)*v.Size+x*by+dx)*3+c])
						}
					}
					got := float64(p.video(i)[f*p.frames+frame])
					if mean := sum / float64(by*by); math.Abs(got-mean) > 0.5 {
						t.Fatalf("pool %d, video %d, frame %d, feature %d is %g, want %g", by, i, frame, f, got, mean)
					}
				}
			}
		}
	}
}

// The encoder's view of a video is affine in the pooled pixels, and backwards it is the same, mirrored
// in time.
func TestPooledTensor(t *testing.T) {
	v := noise(Video{Frames: 4, Size: 4, Dt: 1}, 3, 1)
	p := pool(v, 2)
	ids := []int{2, 0, 1, 2}
	forward := tensors.MustCopyFlatData[float32](p.tensor(ids, nil))
	some := tensors.MustCopyFlatData[float32](p.tensor(ids, []bool{false, true, false, true}))
	at := func(x []float32, f, i, t int) float64 { return float64(x[(f*len(ids)+i)*p.frames+t]) }
	for f := range p.features {
		// the two points of one colour that lie furthest apart fix the line
		low, high := math.Inf(1), math.Inf(-1)
		var atLow, atHigh float64
		for g := f % 3; g < p.features; g += 3 {
			for i, id := range ids {
				for frame := range p.frames {
					x := float64(p.video(id)[g*p.frames+frame])
					if x < low {
						low, atLow = x, at(forward, g, i, frame)
					}
					if x > high {
						high, atHigh = x, at(forward, g, i, frame)
					}
				}
			}
		}
		if atHigh <= atLow {
			t.Fatalf("brighter pixels, %g instead of %g, give %g instead of %g", high, low, atHigh, atLow)
		}
		for i, id := range ids {
			for frame := range p.frames {
				x := float64(p.video(id)[f*p.frames+frame])
				want := atLow + (x-low)/(high-low)*(atHigh-atLow)
				if got := at(forward, f, i, frame); math.Abs(got-want) > 1e-5 {
					t.Fatalf("feature %d, video %d, frame %d is %g, want %g", f, id, frame, got, want)
				}
				shown := frame
				if i == 1 || i == 3 {
					shown = p.frames - 1 - frame
				}
				if at(some, f, i, frame) != at(forward, f, i, shown) {
					t.Fatalf("backwards, feature %d, video %d, frame %d is not frame %d of the video", f, id, frame, shown)
				}
			}
		}
	}
}

// signed are videos whose first two pixel values are the numbers of the video and of the frame.
func signed(v Video, n int) Videos {
	videos := noise(v, n, 3)
	for i := range n {
		for frame := range v.Frames {
			pixels := videos.frame(i, frame)
			pixels[0], pixels[1] = uint8(i), uint8(frame)
		}
	}
	return videos
}

func newBatcher(p Params, v Videos) *batcher { return &batcher{p, v, pool(v, p.Pool)} }

// A batch depends on the seed and the step, and on nothing that was drawn before.
func TestBatchIsAFunctionOfSeedAndStep(t *testing.T) {
	v := signed(tinyVideo, 10)
	content := func(b batch) string {
		return fmt.Sprint(tensors.MustCopyFlatData[float32](b.video), tensors.MustCopyFlatData[float32](b.noise),
			tensors.MustCopyFlatData[float32](b.target), tensors.MustCopyFlatData[int32](b.index))
	}
	one, two := newBatcher(tiny(), v), newBatcher(tiny(), v)
	var forward []string
	for step := range 6 {
		forward = append(forward, content(one.draw(1, step, 3)))
	}
	for _, step := range []int{5, 2, 2, 0, 4} {
		if content(two.draw(1, step, 3)) != forward[step] {
			t.Errorf("the batch of step %d depends on what was drawn before", step)
		}
	}
	for step := range 5 {
		if forward[step] == forward[step+1] {
			t.Errorf("steps %d and %d have the same batch", step, step+1)
		}
	}
	noise := func(b batch) []float32 { return tensors.MustCopyFlatData[float32](b.noise) }
	if slices.Equal(noise(two.draw(2, 0, 3)), noise(two.draw(1, 0, 3))) || slices.Equal(noise(two.draw(1, 1, 3)), noise(two.draw(1, 0, 3))) {
		t.Error("another seed or step gives the same noise")
	}
}

// Every epoch goes through the videos in an order of its own, which the seed decides.
func TestEpochs(t *testing.T) {
	b := newBatcher(tiny(), signed(tinyVideo, 30))
	seen := map[string]bool{}
	for seed := range uint64(3) {
		for epoch := range 3 {
			var order []int
			for n := range 30 {
				order = append(order, b.id(seed, 30*epoch+n))
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
				p, v := tiny(), Video{Frames: frames, Size: 8, Dt: 0.2}
				videos := signed(v, 10)
				b := newBatcher(p, videos)
				offsets, turned, shown := map[int]int{}, map[bool]int{}, map[int]int{}
				for step := range 60 {
					batch := b.draw(1, step, unroll)
					ids, backwards := check(t, b, batch, unroll, offsets)
					for i := range ids {
						turned[backwards[i]]++
						shown[ids[i]]++
					}
				}
				low, high := max(-unroll, -v.Middle()), min(unroll, v.Frames-1-v.Middle())
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
	n, v, pixels := b.params.Batch, b.videos, b.videos.Video.Pixels()
	target := tensors.MustCopyFlatData[float32](batch.target)
	index := tensors.MustCopyFlatData[int32](batch.index)
	video := tensors.MustCopyFlatData[float32](batch.video)
	ids, backwards = make([]int, n), make([]bool, n)
	for i := range n {
		ids[i] = int(math.Round(float64(target[i*pixels]) * 255))
		switch {
		case slices.Equal(column(video, n, i, v.Frames), column(tensors.MustCopyFlatData[float32](b.pooled.tensor(ids[i:i+1], nil)), 1, 0, v.Frames)):
		case slices.Equal(column(video, n, i, v.Frames), column(tensors.MustCopyFlatData[float32](b.pooled.tensor(ids[i:i+1], []bool{true})), 1, 0, v.Frames)):
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
		frame := v.Middle() + offset
		if backwards[i] {
			frame = v.Frames - 1 - frame
		}
		for j, want := range v.frame(ids[i], frame) {
			if got := float64(target[row*pixels+j]) * 255; math.Abs(got-float64(want)) > 1e-3 {
				t.Fatalf("row %d, offset %d, backwards %t: pixel %d is %g, in frame %d of video %d it is %d",
					row, offset, backwards[i], j, got, frame, ids[i], want)
			}
		}
	}
	return ids, backwards
}

// column is video i of a tensor [features, batch, frames].
func column(x []float32, batch, i, frames int) (out []float32) {
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
			_, backwards := check(t, b, b.draw(1, step, 3), 3, map[int]int{})
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
		for _, x := range tensors.MustCopyFlatData[float32](b.draw(1, step, 1).noise) {
			sum, square, n = sum+float64(x), square+float64(x*x), n+1
		}
	}
	if mean, variance := sum/n, square/n; math.Abs(mean) > 0.06 || math.Abs(variance-1) > 0.1 {
		t.Errorf("%g samples have mean %.3f and mean square %.3f", n, mean, variance)
	}
}
