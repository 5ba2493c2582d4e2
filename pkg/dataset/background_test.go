package dataset

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// A ball before an uneven, noisy wall keeps its colours, and nothing else remains.
func TestBackgroundIsSubtracted(t *testing.T) {
	const size, frames = 24, 40
	rng := rand.New(rand.NewPCG(1, 2))
	set := &Dataset{N: 4, T: frames / 2, Size: size, Frames: make([]uint8, 2*frames*size*size*3), System: "pendulum",
		Clips: []Clip{{0, 0}, {0, frames / 2}, {1, 0}, {1, frames / 2}}} // two films in two clips each
	ball := [3]uint8{230, 30, 20}
	on := func(t, k int) bool { // 4 x 4 pixels, which pass each place within 5 of 40 frames
		x, y := k%size, k/size
		return x >= t%20 && x < t%20+4 && y >= 10 && y < 14
	}
	for f := range 2 * frames {
		frame := set.Frame(f/set.T, f%set.T)
		for k := range size * size {
			wall := 60 + 4*(k%size) + 30*(f/frames) + int(rng.NormFloat64()*2.5)
			for c := range 3 {
				if frame[3*k+c] = uint8(wall + 10*c); on(f%frames, k) {
					frame[3*k+c] = ball[c]
				}
			}
		}
	}
	set.SubtractBackground()
	if set.System != "" {
		t.Errorf("the frames are still taken for those that the renderer of %s draws", set.System)
	}
	uniform := slices.Clone(set.Frame(0, 0)[:3])
	lost, left := 0, 0
	for f := range 2 * frames {
		frame := set.Frame(f/set.T, f%set.T)
		for k := range size * size {
			switch is := [3]uint8(frame[3*k : 3*k+3]); {
			case on(f%frames, k) && is != ball:
				lost++
			case !on(f%frames, k) && !slices.Equal(is[:], uniform):
				left++
			}
		}
	}
	if lost > 0 || left > 2*frames*size*size/1000 {
		t.Errorf("%d pixels of the ball are lost, and %d of the wall are left", lost, left)
	}
	if want := 60 + 4*11.5 + 15; uniform[0] < uint8(want)-2 || uniform[0] > uint8(want)+2 {
		t.Errorf("the background is %v, want a red of %g", uniform, want)
	}
}
