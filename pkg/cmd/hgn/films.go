package main

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"hgn.local/pkg/dataset/npz"
	"hgn.local/pkg/figures"
	"hgn.local/pkg/plots"
	"hgn.local/pkg/runs"
)

// films holds rollouts in the layout of the output files: video by video, and frame by frame in a video.
type films struct {
	n, t, size, d int // videos, frames of each, pixels along an edge, coordinates of q
	dt            float64
	frames        []uint8   // [n, t, size, size, 3]
	q, p          []float64 // [n, t, d]
	energy        []float64 // [n, t], in the model's own units

	diverged *runs.DivergedError // the reason if there are fewer frames than requested
}

// add appends the trajectories of a rollout, which must be as long as the earlier ones.
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

// take adds a rollout. If err says that it diverged, the rollout ends before that, and all videos are cut to its
// length.
func (f *films) take(r *runs.Rollout, err error) error {
	var diverged *runs.DivergedError
	if errors.As(err, &diverged) && r != nil {
		f.diverged = diverged
	} else if err != nil {
		return err
	}
	if f.n > 0 && f.t != r.Steps+1 {
		t := min(f.t, r.Steps+1)
		r = r.Until(t - 1)
		pixels := f.size * f.size * 3
		f.frames, f.energy = firsts(f.frames, f.t*pixels, t*pixels), firsts(f.energy, f.t, t)
		f.q, f.p = firsts(f.q, f.t*f.d, t*f.d), firsts(f.p, f.t*f.d, t*f.d)
	}
	f.add(r)
	return nil
}

// firsts returns the first elements of every row.
func firsts[E any](x []E, row, first int) (out []E) {
	for part := range slices.Chunk(x, row) {
		out = append(out, part[:first]...)
	}
	return out
}

// save writes the videos in the format given by the ending of path. If they were cut because a rollout diverged, it
// writes them and returns that error.
func (f *films) save(path string) error {
	save := f.saveNPZ
	if strings.ToLower(filepath.Ext(path)) == ".gif" {
		save = f.saveGIF
	}
	if err := save(path); err != nil {
		return err
	}
	if f.diverged != nil {
		return fmt.Errorf("%w; %s has the frames before", f.diverged, path)
	}
	return nil
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

// gifMost is the largest number of videos in an animation.
const gifMost, gifMostText = 16, "16"

// shown returns how many of the videos a file of this format holds.
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
		} else {
			strips[i].Times = figures.Times(f.t, f.dt)
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
