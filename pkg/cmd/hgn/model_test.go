package main

import (
	"encoding/json"
	"image/gif"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/dataset/npz"
	"hgn.local/pkg/runs"
	"hgn.local/pkg/table"
)

// trainTiny trains a model for a moment on small videos of 9 frames; sets are as for --set.
func trainTiny(t *testing.T, dir, model, system string, sets ...string) {
	t.Helper()
	t.Setenv("GOMLX_BACKEND", "go")
	c, err := runs.NewConfig(model, "quick")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range append([]string{"steps=12", "batch=4"}, sets...) {
		if err := c.Set(s); err != nil {
			t.Fatal(err)
		}
	}
	c.Data = runs.Simulated(system)
	c.Data.Recipe.Trajectories, c.Data.Recipe.Frames, c.Data.Recipe.Size = 20, 9, 16
	run, err := runs.Create(dir, c)
	if err != nil {
		t.Fatal(err)
	}
	d, err := device.Open(device.Options{Notice: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if _, err := run.Train(t.Context(), d, runs.Options{}); err != nil {
		t.Fatal(err)
	}
}

// Table puts runs into the cells where they belong, and keeps their measures.
func TestTable(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	trainTiny(t, a, "hgn", "mass_spring", "refine=0")
	trainTiny(t, b, "hgn", "mass_spring", "refine=0", "seed=2")
	code, stdout, stderr := hgn(t, "table", a, b, "--json")
	if code != exitDone || strings.Count(stdout, "\n") != 1 {
		t.Fatalf("exit code %d, %q, %s", code, stdout, stderr)
	}
	var got table.Table
	if err := json.Unmarshal([]byte(stdout), &got); err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(got.MSE.Rows, func(r table.Row) bool { return r.Kind == table.KindRun })
	cell := got.MSE.Rows[i].Cells[slices.Index(got.MSE.Systems, "mass_spring")]
	if !slices.Equal(cell.Seeds, []uint64{1, 2}) || !slices.Equal(cell.Runs, []string{a, b}) || !cell.Short || !(cell.Test.Mean > 1) || !(cell.Test.Half > 0) {
		t.Errorf("the cell is %+v", cell)
	}
	for says, args := range map[string][]string{
		"│ HGN (leapfrog)": {"table", a, b},
		"| HGN (leapfrog) | quick, 16x16, 20 videos, 9 frames": {"table", a, b, "--markdown"},
	} {
		if code, stdout, stderr := hgn(t, args...); code != exitDone || !strings.Contains(stdout, says) {
			t.Errorf("%q: exit code %d, %s, stdout:\n%s", args, code, stderr, stdout)
		}
	}

	untrained := filepath.Join(dir, "untrained")
	if err := os.Mkdir(untrained, 0o755); err != nil {
		t.Fatal(err)
	}
	config, err := os.ReadFile(filepath.Join(a, "run.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(untrained, "run.json"), config, 0o644); err != nil {
		t.Fatal(err)
	}
	for says, args := range map[string][]string{
		"at least 1 arg":                  {"table"},
		"nowhere is not the folder":       {"table", a, filepath.Join(dir, "nowhere")},
		"trained in " + untrained:         {"table", a, untrained},
		"given twice":                     {"table", a, a + "/"},
		"none of the others can be":       {"table", a, "--json", "--markdown"},
		"--n must be":                     {"sample", a, "--n", "0", "--out", "x.npz"},
		"--steps must be":                 {"sample", a, "--steps", "0", "--out", "x.npz"},
		"--from must be":                  {"sample", a, "--from", "above", "--out", "x.npz"},
		"--out must end":                  {"sample", a, "--out", "x.png"},
		"nothing was trained":             {"sample", untrained, "--out", "x.npz"},
		"more than 8 GiB":                 {"sample", a, "--n", "100000000", "--out", "x.npz"},
		"dt must be a finite number":      {"sample", a, "--dt", "0", "--out", "x.npz"},
		"required flag(s) \"out\"":        {"sample", a},
		"cannot be told from 20 videos":   {"sample", a, "--from", "posterior", "--out", "x.npz"},
		"there is no folder " + dir + "/": {"sample", a, "--n", "1", "--out", filepath.Join(dir, "no", "x.npz")},
	} {
		code, stdout, stderr := hgn(t, args...)
		if code != exitBadInput || !strings.Contains(stderr, says) || stdout != "" {
			t.Errorf("hgn %q: exit code %d, stderr %q, want %q", args, code, stderr, says)
		}
	}
}

// Samples depend on the seed and on where they come from, and are written in full.
func TestSample(t *testing.T) {
	dir := t.TempDir()
	run := filepath.Join(dir, "run")
	trainTiny(t, run, "hgn", "pendulum", "z=4")
	read := func(args ...string) (frames []uint8, q, energy []float64) {
		t.Helper()
		out := filepath.Join(dir, "x.npz")
		if code, stdout, stderr := hgn(t, append([]string{"sample", run, "--out", out, "--steps", "6"}, args...)...); code != exitDone || stdout != "" || !strings.Contains(stderr, "7 frames") {
			t.Fatalf("%q: exit code %d, stdout %q, %s", args, code, stdout, stderr)
		}
		f, err := npz.Open(out)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		n := 33
		shape, frames, err := f.Uint8("frames")
		if err != nil || !slices.Equal(shape, []int{n, 7, 16, 16, 3}) {
			t.Fatalf("frames of shape %v, %v", shape, err)
		}
		for name, want := range map[string][]int{"q": {n, 7, 1}, "p": {n, 7, 1}, "energy": {n, 7}, "dt": {}} {
			if shape, _, err := f.Float64(name); err != nil || !slices.Equal(shape, want) {
				t.Errorf("%s has the shape %v, want %v (%v)", name, shape, want, err)
			}
		}
		_, q, _ = f.Float64("q")
		_, energy, _ = f.Float64("energy")
		return frames, q, energy
	}
	const n = "33" // more than are drawn at once
	frames, q, energy := read("--n", n)
	if _, again, _ := read("--n", n); !slices.Equal(again, q) {
		t.Error("the same seed gives other samples")
	}
	if _, other, _ := read("--n", n, "--seed", "2"); slices.Equal(other, q) {
		t.Error("another seed gives the same samples")
	}
	if _, other, _ := read("--n", n, "--from", "posterior"); slices.Equal(other, q) {
		t.Error("the posterior is the prior")
	}
	_, back, _ := read("--n", n, "--dt", "-0.125")
	for i := range 33 {
		if back[7*i] != q[7*i] {
			t.Fatal("a sample starts elsewhere when time runs backwards")
		}
		for k := 1; k < 7; k++ { // video by video: a leapfrog keeps the energy
			if d := energy[7*i+k] - energy[7*i]; d > 0.1 || d < -0.1 {
				t.Errorf("sample %d: the energy goes from %g to %g", i, energy[7*i], energy[7*i+k])
			}
		}
	}
	if slices.Equal(back, q) {
		t.Error("backwards is forwards")
	}

	for _, c := range []struct {
		n, width string
		columns  int
	}{{"33", "4 x 4", 4}, {"3", "2 x 2", 2}} {
		out := filepath.Join(dir, "x.gif")
		if code, _, stderr := hgn(t, "sample", run, "--out", out, "--steps", "6", "--n", c.n); code != exitDone {
			t.Fatalf("exit code %d, %s", code, stderr)
		}
		file, err := os.Open(out)
		if err != nil {
			t.Fatal(err)
		}
		g, err := gif.DecodeAll(file)
		file.Close()
		if err != nil {
			t.Fatal(err)
		}
		if cell := g.Config.Width / c.columns; len(g.Image) != 7 || cell < 96 || cell > 120 {
			t.Errorf("%s samples: %d frames of %d x %d pixels, want a grid of %s", c.n, len(g.Image), g.Config.Width, g.Config.Height, c.width)
		}
	}
	if len(frames) == 0 || slices.Max(frames) == slices.Min(frames) {
		t.Error("the frames are empty")
	}
}

// Only a generative model can be sampled.
func TestSampleRefusesOtherModels(t *testing.T) {
	run := filepath.Join(t.TempDir(), "run")
	trainTiny(t, run, "hnn", "pendulum")
	code, _, stderr := hgn(t, "sample", run, "--out", run+".npz")
	if code != exitBadInput || !strings.Contains(stderr, run+" holds a model hnn, which is not generative") {
		t.Errorf("exit code %d, %s", code, stderr)
	}
	deterministic := filepath.Join(t.TempDir(), "deterministic")
	trainTiny(t, deterministic, "hgn", "pendulum", "deterministic=true")
	code, _, stderr = hgn(t, "sample", deterministic, "--out", run+".npz")
	if code != exitBadInput || !strings.Contains(stderr, "no prior") {
		t.Errorf("exit code %d, %s", code, stderr)
	}
	if _, err := os.Stat(run + ".npz"); err == nil {
		t.Error("a refused command wrote a file")
	}
}
