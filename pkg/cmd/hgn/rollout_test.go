package main

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/dataset/npz"
	"hgn.local/pkg/runs"
)

// A rollout that runs off to infinity is a failure that names its step, and what is finite of it is written.
func TestRolloutsThatDiverge(t *testing.T) {
	dir := t.TempDir()
	run, out := filepath.Join(dir, "run"), filepath.Join(dir, "x.npz")
	trainTiny(t, run, "hgn", "mass_spring", "refine=0", "steps=3")
	for name, args := range map[string][]string{
		"rollout": {"rollout", run, "--dt", "1e20", "--steps", "2", "--out", out},
		"sample":  {"sample", run, "--n", "3", "--dt", "-1e20", "--steps", "2", "--out", out},
	} {
		code, stdout, stderr := hgn(t, args...)
		if code != exitFailed || stdout != "" || !strings.Contains(stderr, "not finite from step 1 of 2 on") || !strings.Contains(stderr, out+" has the frames before") {
			t.Errorf("%s: exit code %d, %q", name, code, stderr)
		}
		f, err := npz.Open(out)
		if err != nil {
			t.Fatal(err)
		}
		for _, array := range []string{"q", "p", "energy"} {
			shape, x, err := f.Float64(array)
			if err != nil || shape[1] != 1 || slices.ContainsFunc(x, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }) {
				t.Errorf("%s: %s of shape %v is %v, %v", name, array, shape, x, err)
			}
		}
		f.Close()
	}
}

// Videos are cut to the shortest, whichever comes first.
func TestFilmsAreCutToTheShortest(t *testing.T) {
	rollout := func(n, steps int) *runs.Rollout {
		r := &runs.Rollout{N: n, D: 1, Size: 1, Steps: steps}
		for step := range steps + 1 {
			at := make([]float32, n)
			for i := range at {
				at[i] = float32(10*i + step)
			}
			r.States = append(r.States, video.States{N: n, D: 1, Q: at, P: at})
			r.Frames = append(r.Frames, make([]float32, 3*n))
			r.Kinetic, r.Potential = append(r.Kinetic, at), append(r.Potential, at)
		}
		return r
	}
	for _, steps := range [][2]int{{3, 1}, {1, 3}} {
		var f films
		for _, n := range steps {
			var err error
			if n == 1 {
				err = &runs.DivergedError{Step: 2, Steps: 3}
			}
			if err := f.take(rollout(2, n), err); err != nil {
				t.Fatal(err)
			}
		}
		if want := []float64{0, 1, 10, 11, 0, 1, 10, 11}; f.n != 4 || f.t != 2 || !slices.Equal(f.q, want) || len(f.frames) != 4*2*3 || len(f.energy) != 8 || f.diverged == nil {
			t.Errorf("%v: %+v", steps, f)
		}
	}
	if err := new(films).take(nil, fmt.Errorf("within: %w", &runs.DivergedError{Steps: 3})); err == nil {
		t.Error("a rollout without a finite start is no error")
	}
}
