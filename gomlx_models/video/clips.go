package video

import (
	"errors"
	"runtime"
	"sync"

	"hgn.local/gomlx_models/params"
)

// Clips holds N videos of one shape. They lie in memory, Pixels [N, Frames, Size, Size, 3], or, if there are too many
// for that, are made on demand.
type Clips struct {
	Shape
	N      int
	Pixels []uint8
	Make   func(i int, dst []uint8) error // writes video i; safe for concurrent use; nil for videos in memory
	Given  []float32                      // [N, k]: k constants of each video that are known; nil if none are
}

// InMemory tells whether the videos lie in memory, as Frame and Video require.
func (v Clips) InMemory() bool { return v.Make == nil }

// Check returns an error if the clips do not fit a model of videos with the shape want.
func (v Clips) Check(want Shape) error {
	switch {
	case v.Shape != want:
		return params.Errorf("the model is of %s, these videos have %s", want, v.Shape)
	case v.N < 1:
		return params.Errorf("there are no videos")
	case v.InMemory() && len(v.Pixels) != v.N*v.size():
		return params.Errorf("%d videos of %s need %d bytes, not %d", v.N, v.Shape, v.N*v.size(), len(v.Pixels))
	}
	return nil
}

// size is the number of bytes of one video.
func (v Clips) size() int { return v.Frames * v.Shape.Pixels() }

// Video returns video i, which must be in memory.
func (v Clips) Video(i int) []uint8 { return v.Pixels[i*v.size():][:v.size()] }

// Frame returns frame t of video i, which must be in memory.
func (v Clips) Frame(i, t int) []uint8 {
	n := v.Shape.Pixels()
	return v.Pixels[(i*v.Frames+t)*n:][:n]
}

// Part returns the n videos from number from on.
func (v Clips) Part(from, n int) Clips {
	k := v.Constants()
	given := v.Given[from*k : (from+n)*k]
	if v.InMemory() {
		return Clips{Shape: v.Shape, N: n, Pixels: v.Pixels[from*v.size():][:n*v.size()], Given: given}
	}
	return Clips{Shape: v.Shape, N: n, Make: func(i int, dst []uint8) error { return v.Make(from+i, dst) }, Given: given}
}

// Constants returns how many constants of each video are known.
func (v Clips) Constants() int {
	if v.N == 0 {
		return 0
	}
	return len(v.Given) / v.N
}

// Load takes the videos with the numbers ids into memory, in that order.
func (v Clips) Load(ids ...int) (Clips, error) {
	out, k := Clips{Shape: v.Shape, N: len(ids), Pixels: make([]uint8, len(ids)*v.size())}, v.Constants()
	for _, i := range ids {
		out.Given = append(out.Given, v.Given[i*k:][:k]...)
	}
	failed := make([]error, len(ids))
	Parallel(len(ids), func(k int) {
		if v.InMemory() {
			copy(out.Video(k), v.Video(ids[k]))
		} else {
			failed[k] = v.Make(ids[k], out.Video(k))
		}
	})
	return out, errors.Join(failed...)
}

// Unit maps a byte to [0, 1].
var Unit = func() (u [256]float32) {
	for i := range u {
		u[i] = float32(i) / 255
	}
	return u
}()

// Parallel calls f(0), ..., f(n-1) on as many goroutines as there are cores.
func Parallel(n int, f func(i int)) {
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
