package video

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"hgn.local/kernels_xla/graphtest"
)

// pool averages squares of pixels, colour by colour.
func TestPoolIsAMean(t *testing.T) {
	v := noise(Shape{Frames: 3, Size: 8, Dt: 1}, 2, 1)
	for _, by := range []int{1, 2, 4, 8} {
		p, w := Pool(v, by), v.Size/by
		if p.Features != w*w*3 || p.Frames != v.Frames {
			t.Fatalf("pool %d has %d features of %d frames", by, p.Features, p.Frames)
		}
		for i := range v.N {
			for frame := range v.Frames {
				for f := range p.Features {
					y, x, c := f/3/w, f/3%w, f%3
					sum := 0.0
					for dy := range by {
						for dx := range by {
							sum += float64(v.Pixels[(((i*v.Frames+frame)*v.Size+y*by+dy)*v.Size+x*by+dx)*3+c])
						}
					}
					got := float64(p.video(i)[f*p.Frames+frame])
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
	v := noise(Shape{Frames: 4, Size: 4, Dt: 1}, 3, 1)
	p := Pool(v, 2)
	ids := []int{2, 0, 1, 2}
	forward := seen(t, p.Tensor(ids, nil, 4))
	some := seen(t, p.Tensor(ids, []bool{false, true, false, true}, 4))
	at := func(x []float32, f, i, t int) float64 { return float64(x[(f*len(ids)+i)*p.Frames+t]) }
	for f := range p.Features {
		// the two points of one colour that lie furthest apart fix the line
		low, high := math.Inf(1), math.Inf(-1)
		var atLow, atHigh float64
		for g := f % 3; g < p.Features; g += 3 {
			for i, id := range ids {
				for frame := range p.Frames {
					x := float64(p.video(id)[g*p.Frames+frame])
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
			for frame := range p.Frames {
				x := float64(p.video(id)[f*p.Frames+frame])
				want := atLow + (x-low)/(high-low)*(atHigh-atLow)
				if got := at(forward, f, i, frame); math.Abs(got-want) > 1e-5 {
					t.Fatalf("feature %d, video %d, frame %d is %g, want %g", f, id, frame, got, want)
				}
				shown := frame
				if i == 1 || i == 3 {
					shown = p.Frames - 1 - frame
				}
				if at(some, f, i, frame) != at(forward, f, i, shown) {
					t.Fatalf("backwards, feature %d, video %d, frame %d is not frame %d of the video", f, id, frame, shown)
				}
			}
		}
	}
}

// seen is what an encoder sees of bytes, as the graph has it and as the table says.
func seen(t *testing.T, bytes *tensors.Tensor) []float32 {
	t.Helper()
	out, err := graph.NewExec(graphtest.Backend(t), func(x *graph.Node) []*graph.Node { return []*graph.Node{Seen(x), Units(x)} })
	graphtest.OK(t, err)
	got, err := out.Call(bytes)
	graphtest.OK(t, err)
	shown, units := tensors.MustCopyFlatData[float32](got[0]), tensors.MustCopyFlatData[float32](got[1])
	rounding := 0.0
	if !graphtest.Device(t).IsGo() { // XLA multiplies by 1/255
		rounding = 6e-8
	}
	for i, b := range tensors.MustCopyFlatData[uint8](bytes) {
		if far := max(math.Abs(float64(units[i]-Unit[b])), math.Abs(float64(shown[i]-(Unit[b]-grey)))); far > rounding {
			t.Fatalf("byte %d is %g, and an encoder sees %g; want %g and %g", b, units[i], shown[i], Unit[b], Unit[b]-grey)
		}
	}
	return shown
}

// Frames by themselves are those of the whole videos.
func TestPooledSingle(t *testing.T) {
	v := noise(Shape{Frames: 6, Size: 4, Dt: 1}, 3, 1)
	p := Pool(v, 2)
	which, at := []int{2, 0}, []int{1, 3}
	single := tensors.MustCopyFlatData[uint8](p.Single(which, at, 3))
	for f := range p.Features {
		for j := range 3 {
			for i := range which {
				if got, want := single[(f*3+j)*2+i], p.video(which[i])[f*p.Frames+at[i]+j]; got != want {
					t.Fatalf("feature %d, frame %d of place %d is %d, not %d", f, j, i, got, want)
				}
			}
		}
	}
}

// noise is n videos of random pixels.
func noise(v Shape, n int, seed uint64) Clips {
	r := rand.New(rand.NewPCG(seed, 2))
	pixels := make([]uint8, n*v.Frames*v.Pixels())
	for i := range pixels {
		pixels[i] = uint8(r.Uint32())
	}
	return Clips{Shape: v, N: n, Pixels: pixels}
}

// An encoder of the first frames sees those of the whole video, from either end.
func TestPooledTensorOfTheFirstFrames(t *testing.T) {
	v := noise(Shape{Frames: 6, Size: 4, Dt: 1}, 2, 1)
	p := Pool(v, 2)
	for _, backwards := range []bool{false, true} {
		all := seen(t, p.Tensor([]int{1}, []bool{backwards}, 6))
		some := seen(t, p.Tensor([]int{1}, []bool{backwards}, 2))
		for f := range p.Features {
			if !slices.Equal(some[f*2:][:2], all[f*6:][:2]) {
				t.Fatalf("backwards %t: feature %d is %v, of the whole video %v", backwards, f, some[f*2:][:2], all[f*6:][:6])
			}
		}
	}
}

// Videos made on demand are those in memory, whole, in part and in any order.
func TestClipsOnDemand(t *testing.T) {
	v := noise(Shape{Frames: 3, Size: 4, Dt: 1}, 7, 1)
	made := Clips{Shape: v.Shape, N: v.N, Make: func(i int, dst []uint8) error { copy(dst, v.Video(i)); return nil }}
	for _, c := range []Clips{v, made} {
		got, err := c.Part(2, 4).Load(3, 0, 3)
		if err != nil {
			t.Fatal(err)
		}
		for k, i := range []int{5, 2, 5} {
			if !slices.Equal(got.Video(k), v.Video(i)) {
				t.Errorf("in memory %t: clip %d is not video %d", c.InMemory(), k, i)
			}
		}
	}
	made.Make = func(i int, _ []uint8) error { return fmt.Errorf("no video %d", i) }
	if _, err := made.Load(1); err == nil {
		t.Error("a video that cannot be made was loaded")
	}
}
