package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	model "hgn.local/gomlx_models/hgn"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/runs"
)

// A training that stops early keeps its best step, says so, is finished, and is repeated to the same end.
func TestStopEarly(t *testing.T) {
	t.Setenv("GOMLX_BACKEND", "go")
	dir := t.TempDir()
	first, again := filepath.Join(dir, "first"), filepath.Join(dir, "again")
	// So high a rate of learning makes the held-out points soon less likely.
	args := []string{"train", "rnvp", "--density", "gaussians4", "--points", "40", "--steps", "400", "--stop-early", "3", "--set", "batch=16", "--set", "layers=2", "--set", "hidden=[8]", "--set", "learning_rate=0.05", "--json"}
	code, stdout, stderr := hgn(t, append(args, "--out", first)...)
	if code != exitDone {
		t.Fatal(stderr)
	}
	var outcome runs.TrainResult
	if err := json.Unmarshal([]byte(stdout), &outcome); err != nil || outcome.HeldOut == nil || outcome.Ended == 0 || outcome.Ended >= 400 || outcome.Steps >= outcome.Ended {
		t.Fatalf("%v: %s", err, stdout)
	}
	if !strings.Contains(stderr, "the training ended after step") {
		t.Errorf("it is not said that the training ended early: %s", stderr)
	}
	if r, err := runs.Open(first); err != nil {
		t.Error(err)
	} else if done, err := r.Finished(); err != nil || !done {
		t.Errorf("it counts as unfinished: %v", err)
	}
	if code, said, stderr := hgn(t, "eval", first, "--points", "100"); code != exitDone || !strings.Contains(said, "a little too good") {
		t.Errorf("what the state was chosen by is not said (%d): %s%s", code, said, stderr)
	}
	if code, _, stderr := hgn(t, "train", "--from-run", first, "--out", again); code != exitDone || !strings.Contains(stderr, "bit for bit") || strings.Contains(stderr, "not those") {
		t.Errorf("repeated: %d, %s", code, stderr)
	}
	for _, args := range [][]string{
		{"train", "rnvp", "--resume", "--best", "--out", first},
		{"train", "rnvp", "--density", "gaussians4", "--steps", "5", "--best", "--out", filepath.Join(dir, "short")},
		{"train", "rnvp", "--density", "gaussians4", "--stop-early", "-1", "--out", filepath.Join(dir, "never")},
	} {
		if code, _, stderr := hgn(t, args...); code != exitBadInput || strings.Count(strings.TrimSpace(stderr), "\n") > 1 {
			t.Errorf("%q: exit code %d, %s", args, code, stderr)
		}
	}
}

// What is trained on: a system with constants of one's own, as a file and as a recipe, and videos of one's own; what a run
// was started with can be read from its folder.
func TestTrainOn(t *testing.T) {
	t.Setenv("GOMLX_BACKEND", "go")
	dir := t.TempDir()
	file := filepath.Join(dir, "pendulum.npz")
	if code, _, stderr := hgn(t, "data", "--system", "pendulum", "--constant", "potential_factor=2", "--trajectories", "12", "--frames", "24", "--size", "16", "--out", file); code != exitDone {
		t.Fatal(stderr)
	}
	quickly := []string{"--steps", "3", "--set", "batch=4", "--set", "sharpen=0"}
	for name, args := range map[string][]string{
		"constants": {"--system", "pendulum", "--constant", "potential_factor=2", "--trajectories", "12", "--size", "16"},
		"clips":     {"--frames", file, "--length", "8", "--stride", "4", "--every", "2", "--crop-to", "1,2,14,14", "--size", "16", "--subtract-background"},
	} {
		out := filepath.Join(dir, name)
		code, stdout, stderr := hgn(t, append(append([]string{"train", "hgn", "--out", out, "--json"}, args...), quickly...)...)
		if code != exitDone {
			t.Fatalf("%s: exit code %d, %s", name, code, stderr)
		}
		var outcome runs.TrainResult
		if err := json.Unmarshal([]byte(stdout), &outcome); err != nil || outcome.Steps != 3 || outcome.MSE == nil || !(*outcome.MSE > 0) {
			t.Errorf("%s: %v, %+v", name, err, outcome)
		}
		r, err := runs.Open(out)
		if err != nil {
			t.Fatal(err)
		}
		shape, err := r.Data.Shape()
		if err != nil {
			t.Fatal(err)
		}
		switch name {
		case "constants":
			if r.Data.Recipe.Constants != `{"potential_factor":2}` || shape.Size != 16 || r.Params.(model.Params).Latent != "circle" {
				t.Errorf("the run is %s of %s", r.Config, shape)
			}
		case "clips":
			if shape.Frames != 8 || r.Searched == "" || outcome.Search == nil || r.Params.(model.Params).Latent != outcome.Search.Chosen {
				t.Errorf("the run is %s of %s", r.Config, shape)
			}
			asked := dataset.ImportOptions{Length: 8, Stride: 4, Every: 2, CropTo: dataset.Region{X: 1, Y: 2, Width: 14, Height: 14}, Size: 16, SubtractBackground: true}
			if r.Data.Import == nil || *r.Data.Import != asked || shape.Dt != 0.25 {
				t.Errorf("the run remembers to read %+v, with dt %g", r.Data.Import, shape.Dt)
			}
			if !strings.Contains(stderr, "<- chosen") {
				t.Errorf("the table of candidates is not shown:\n%s", stderr)
			}
		}
	}
	if code, _, stderr := hgn(t, "train", "hgn", "--resume", "--out", filepath.Join(dir, "clips"), "--stride", "4"); code != exitBadInput || !strings.Contains(stderr, "--stride") {
		t.Errorf("resumed with other data: exit code %d, %s", code, stderr)
	}
	if code, _, stderr := hgn(t, "train", "hgn", "--resume", "--out", filepath.Join(dir, "nowhere")); code != exitBadInput || !strings.Contains(stderr, "leave --resume out") {
		t.Errorf("resumed from nowhere: exit code %d, %s", code, stderr)
	}
}

// Wrong data are refused in one line that names what is wrong, and no folder is made.
func TestTrainRefuses(t *testing.T) {
	t.Setenv("GOMLX_BACKEND", "go")
	dir := t.TempDir()
	out := filepath.Join(dir, "run")
	for says, args := range map[string][]string{
		"by one of --system":             {"train", "hgn"},
		"unknown system":                 {"train", "hgn", "--system", "pendulun"},
		"gravitation":                    {"train", "hgn", "--system", "pendulum", "--constant", "gravitation=9"},
		"unknown model":                  {"train", "gan", "--system", "pendulum"},
		"unknown preset":                 {"train", "hgn", "--system", "pendulum", "--preset", "huge"},
		"integrator":                     {"train", "hgn", "--system", "pendulum", "--set", "integrator=verlet"},
		"--length does not apply":        {"train", "hgn", "--system", "pendulum", "--length", "8"},
		"--every does not apply":         {"train", "hgn", "--system", "pendulum", "--every", "2"},
		"--crop-to takes the left":       {"train", "hgn", "--frames", "x.mp4", "--crop-to", "1,2,3"},
		"take each frame by 1":           {"train", "hgn", "--frames", "x.mp4", "--every", "0"},
		"CropTo says 1,2,0,9":            {"train", "hgn", "--frames", "x.mp4", "--crop-to", "1,2,0,9"},
		"--constant does not apply":      {"train", "hgn", "--frames", "x.npz", "--constant", "mass=1"},
		"x.gif":                          {"train", "hgn", "--frames", "x.gif"},
		"learns from states":             {"train", "hnn", "--frames", filepath.Join(dir, "films.npz"), "--set", "variant=states"},
		"has 1 device, so training on 4": {"train", "hgn", "--system", "pendulum", "--devices", "4"},
		"at least 1 device, not on 0":    {"train", "rnvp", "--density", "two_moons", "--devices", "0"},
		"frames_in must be":              {"train", "hgn", "--system", "pendulum", "--set", "frames_in=31"},
		"convolutional architecture has": {"train", "hgn", "--system", "pendulum", "--preset", "paper32", "--set", "latent=circle"},
	} {
		if strings.Contains(says, "states") {
			if code, _, stderr := hgn(t, "data", "--system", "pendulum", "--trajectories", "3", "--size", "8", "--out", filepath.Join(dir, "films.npz")); code != exitDone {
				t.Fatal(stderr)
			}
		}
		code, _, stderr := hgn(t, append(args, "--out", out)...)
		if code != exitBadInput || !strings.Contains(stderr, says) || strings.Count(strings.TrimSpace(stderr), "\n") > 0 {
			t.Errorf("%v: exit code %d, %q", args, code, stderr)
		}
		if _, err := os.Stat(out); err == nil {
			t.Errorf("%v made a folder", args)
			os.RemoveAll(out)
		}
	}
}
