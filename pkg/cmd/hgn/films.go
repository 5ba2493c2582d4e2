package main

import (
	"math"
	"strconv"
	"time"

	"hgn.local/pkg/dataset/npz"
	"hgn.local/pkg/plots"
	"hgn.local/pkg/runs"
)

// films are rollouts as they are written to files: video by video, and frame by frame in a video.
type films struct {
	n, t, size, d int // videos, frames of each, pixels along an edge, coordinates of q
	dt            float64
	frames        []uint8   // [n, t, size, size, 3]
	q, p          []float64 // [n, t, d]
	energy        []float64 // [n, t], in the model's own units
}

// add appends the trajectories of a rollout, which must be as long as those before.
func (f *films) add(r *runs.Rollout) {
	f.n, f.t, f.size, f.d, f.dt = f.n+r.N, r.Steps+1, r.Size, r.D, r.Dt
	for i := range r.N {
		for t, s := range r.States {
			q, p := s.At(i)
			f.frames = append(f.frames, runs.RGB(r.Frame(i, t))...)
			f.q, f.p = append(f.q, widen(q)...), append(f.p, widen(p)...)
		}
		f.energy = append(f.energy, r.Energy(i)...)
	}
}

// saveNPZ writes everything, with the names that `hgn rollout` uses.
func (f *films) saveNPZ(path string) error {
	return npz.Write(path,
		npz.Array{Name: "frames", Shape: []int{f.n, f.t, f.size, f.size, 3}, Data: f.frames},
		npz.Array{Name: "q", Shape: []int{f.n, f.t, f.d}, Data: f.q},
		npz.Array{Name: "p", Shape: []int{f.n, f.t, f.d}, Data: f.p},
		npz.Array{Name: "energy", Shape: []int{f.n, f.t}, Data: f.energy},
		npz.Array{Name: "dt", Data: []float64{f.dt}},
	)
}

// gifMost is how many videos an animation shows at most.
const gifMost, gifMostText = 16, "16"

// shown is how many of the videos a file of the kind holds.
func (f *films) shown(gif bool) int {
	if gif {
		return min(f.n, gifMost)
	}
	return f.n
}

// saveGIF writes an animation of the first videos in a grid, which plays dt = 0.125 as an eighth of a second.
func (f *films) saveGIF(path string) error {
	n := f.shown(true)
	strips := make([]plots.Film, n)
	pixels := f.size * f.size * 3
	for i := range strips {
		if n > 1 {
			strips[i].Label = strconv.Itoa(i + 1)
		}
		for t := range f.t {
			strips[i].Frames = append(strips[i].Frames, f.frames[(i*f.t+t)*pixels:][:pixels])
		}
	}
	delay := time.Duration(math.Abs(f.dt) * float64(time.Second))
	animation, err := plots.AnimateGIF(plots.Animation{
		Size: f.size, Columns: int(math.Ceil(math.Sqrt(float64(n)))), Delay: min(max(delay, 20*time.Millisecond), time.Second),
	}, strips...)
	if err != nil {
		return err
	}
	return animation.SaveGIF(path)
}
