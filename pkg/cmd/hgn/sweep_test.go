package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hgn.local/pkg/dataset/npz"
	"hgn.local/pkg/metrics"
	"hgn.local/pkg/runs"
)

// sweepOutcome is what the tests read of `hgn sweep --json`.
type sweepOutcome struct {
	Densities struct {
		Rows []struct {
			Setting   string
			Trainings int
			Seeds     []uint64
			Diverged  []string
			Spread    *metrics.Spread `json:"nll_spread"`
			Apart     *metrics.Spread `json:"divergence_spread"`
			Stepping  float64         `json:"step_seconds_total"`
			Seconds   float64
		}
	}
	Trainings, Done int
	Diverged        []string
	NotFinite       []string `json:"not_finite"`
	Interrupted     bool
}

// small are the flags of a sweep of flows that train in a moment.
func small(out string, more ...string) []string {
	return append([]string{"sweep", "nhf", "--density", "two_moons", "--points", "300", "--steps", "12", "--set", "batch=16", "--set", "energy_hidden=[8]",
		"--set", "encoder_hidden=[8]", "--set", "evaluation=2", "--out", out}, more...)
}

// A training that diverges is counted in the row of its setting and not tried again, and the others go on, with their spread.
func TestSweepGoesOnWhereATrainingDiverges(t *testing.T) {
	t.Setenv("GOMLX_BACKEND", "go")
	dir := t.TempDir()
	args := small(dir, "--set", "energy_hidden=[4,4,4,4,4,4,4,4,4,4]", "--grid", "learning_rate=9;0.01", "--seeds", "1-2")
	var first sweepOutcome
	code, stdout, stderr := hgn(t, append(args, "--json")...)
	if err := json.Unmarshal([]byte(stdout), &first); code != exitDone || err != nil {
		t.Fatalf("exit code %d, %v, %s", code, err, stderr)
	}
	rows := first.Densities.Rows
	if first.Trainings != 4 || first.Done != 4 || len(first.Diverged) != 2 || len(first.NotFinite) != 0 || first.Interrupted || len(rows) != 2 {
		t.Fatalf("%s\n%s", stdout, stderr)
	}
	bad, good := rows[0], rows[1]
	if len(bad.Diverged) != 2 || bad.Trainings != 2 || len(bad.Seeds) != 0 || bad.Spread != nil || !strings.Contains(bad.Setting, "learning_rate=9") {
		t.Errorf("what diverged is %+v", bad)
	}
	// 0.01 is the preset's own rate, and is told because the sweep varies it.
	if len(good.Diverged) != 0 || !slices.Equal(good.Seeds, []uint64{1, 2}) || good.Spread == nil || !(good.Spread.SD > 0) || !(good.Spread.Min < good.Spread.Max) ||
		good.Apart == nil || good.Apart.N != 2 || !strings.Contains(good.Setting, "learning_rate=0.01") {
		t.Errorf("the other setting is %+v", good)
	}
	if !(good.Stepping > 0) || !(good.Stepping < good.Seconds) {
		t.Errorf("steps of %g s in a training of %g s", good.Stepping, good.Seconds)
	}
	for _, name := range first.Diverged {
		if r, err := runs.Open(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		} else if how, ok := r.Diverged(); !ok || !strings.Contains(how, "diverged") {
			t.Errorf("%s does not remember: %q", name, how)
		}
	}

	log := filepath.Join(dir, first.Diverged[0], "log.jsonl")
	os.Remove(log)
	code, stdout, stderr = hgn(t, append(args, "--markdown")...)
	if _, err := os.Stat(log); err == nil || code != exitDone {
		t.Errorf("the diverged training was tried again (exit code %d): %s", code, stderr)
	}
	for _, want := range []string{"learning\\_rate=9", "2 of 2", "0 of 2", "sd ", " to ", "2 of 4 trainings diverged"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("the table lacks %q:\n%s", want, stdout)
		}
	}
}

// interrupter is a stderr that interrupts when it is told of something.
type interrupter struct {
	bytes.Buffer
	at     string
	cancel context.CancelFunc
}

func (w *interrupter) Write(text []byte) (int, error) {
	if strings.Contains(string(text), w.at) {
		w.cancel()
	}
	return w.Buffer.Write(text)
}

// An interrupted sweep prints what is done, and the same command goes on.
func TestSweepInterrupted(t *testing.T) {
	t.Setenv("GOMLX_BACKEND", "go")
	args := small(t.TempDir(), "--grid", "leapfrog_steps=1;2", "--json")
	ctx, cancel := context.WithCancel(t.Context())
	var stdout bytes.Buffer
	stderr := &interrupter{at: "2 of 2: ", cancel: cancel}
	var part, whole sweepOutcome
	code := run(ctx, newRootCommand(), args, &stdout, stderr)
	if err := json.Unmarshal(stdout.Bytes(), &part); code != exitDone || err != nil || !part.Interrupted || part.Done != 1 || part.Trainings != 2 || len(part.Densities.Rows) != 1 {
		t.Errorf("exit code %d, %v, %s\n%s", code, err, stdout.String(), stderr.String())
	}
	code, out, _ := hgn(t, args...)
	if err := json.Unmarshal([]byte(out), &whole); code != exitDone || err != nil || whole.Interrupted || whole.Done != 2 || len(whole.Densities.Rows) != 2 {
		t.Errorf("exit code %d, %v, %s", code, err, out)
	}
}

// What could not be told apart after the trainings is refused before them, and nothing is made.
func TestSweepRefuses(t *testing.T) {
	t.Setenv("GOMLX_BACKEND", "go")
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	for says, args := range map[string][]string{
		"by --seeds":                {"--set", "seed=5", "--seeds", "1-2"},
		"the value 2 twice":         {"--grid", "leapfrog_steps=2;2"},
		"are the same training":     {"--grid", "dt=0.5;0.50"},
		"use --preset":              {"--set", "preset=cpu"},
		"have the same name":        {},
		`unknown preset "nosuch"`:   {"--grid", "preset=quick;nosuch"},
		"unknown parameter \"key\"": {"--grid", "key=1;2"},
	} {
		all := small(out, args...)
		if says == "have the same name" {
			var files []string
			for _, name := range []string{"a", "b"} {
				folder := filepath.Join(dir, name)
				if err := os.Mkdir(folder, 0o755); err != nil {
					t.Fatal(err)
				}
				files = append(files, pointsIn(t, filepath.Join(folder, "x.npz")))
			}
			all = []string{"sweep", "nhf", "--grid", "density=" + strings.Join(files, ";"), "--out", out}
		}
		code, stdout, stderr := hgn(t, all...)
		if code != exitBadInput || !strings.Contains(stderr, says) || strings.Count(strings.TrimSpace(stderr), "\n") > 0 || stdout != "" {
			t.Errorf("%v: exit code %d, %q, want %q", args, code, stderr, says)
		}
		if _, err := os.Stat(out); err == nil {
			t.Fatalf("%v made a folder", args)
		}
	}
}

// Different trainings do not share a folder.
func TestDistinctFolders(t *testing.T) {
	var points []point
	for _, model := range []string{"nhf", "rnvp"} {
		c, err := runs.NewConfig(model, "quick")
		if err != nil {
			t.Fatal(err)
		}
		points = append(points, point{name: "a", config: c})
	}
	if err := distinct(points); err == nil || !strings.Contains(err.Error(), "would have the folder a") {
		t.Errorf("%v", err)
	}
	points[1].name = "b"
	if err := distinct(points); err != nil {
		t.Error(err)
	}
}

// A preset on the grid is loaded as --preset does.
func TestSweepOverPresets(t *testing.T) {
	c := newSweepCommand()
	if err := c.ParseFlags([]string{"--density", "rings", "--points", "100", "--grid", "preset=quick;paper", "--out", "x"}); err != nil {
		t.Fatal(err)
	}
	o := sweepFlags{train: trainFlags{preset: "quick", out: "x", data: dataFlags{density: "rings", points: 100, data: 1}}, grid: []string{"preset=quick;paper"}, seeds: "3"}
	points, err := o.points(c, "nhf")
	if err != nil || len(points) != 2 {
		t.Fatalf("%d points, %v", len(points), err)
	}
	for i, want := range []string{"quick", "paper"} {
		preset, err := runs.NewConfig("nhf", want)
		if err != nil {
			t.Fatal(err)
		}
		if got := points[i].config.Params.Plan(); got.Preset != want || got.Steps != preset.Params.Plan().Steps || got.Seed != 3 {
			t.Errorf("%+v, want the preset %s", got, want)
		}
	}
}

// pointsIn writes a file of points.
func pointsIn(t *testing.T, path string) string {
	t.Helper()
	x := make([]float64, 40)
	for i := range x {
		x[i] = float64(i * i % 17)
	}
	if err := npz.Write(path, npz.Array{Name: "x", Shape: []int{20, 2}, Data: x}); err != nil {
		t.Fatal(err)
	}
	return path
}

// One change at a time stands beside the unchanged model, and every seed has data of its own where they are given.
func TestSweepOfChanges(t *testing.T) {
	c := newSweepCommand()
	if err := c.ParseFlags([]string{"--system", "pendulum", "--out", "x"}); err != nil {
		t.Fatal(err)
	}
	o := sweepFlags{train: trainFlags{preset: "quick", out: "x", data: dataFlags{system: "pendulum", data: 1, sequence: 30, size: 32, dt: 0.125, noise: -1}},
		changes: []string{"reversal=0", "energy_hidden=[32,32],refine=0"}, seeds: "1-2", data: "11,12"}
	points, err := o.points(c, "hgn")
	if err != nil || len(points) != 6 {
		t.Fatalf("%d points, %v", len(points), err)
	}
	for i, want := range []struct {
		reversal float64
		refine   int
		hidden   int
	}{{0.5, 3, 64}, {0.5, 3, 64}, {0, 3, 64}, {0, 3, 64}, {0.5, 0, 32}, {0.5, 0, 32}} {
		p, err := points[i].config.HGN()
		if err != nil {
			t.Fatal(err)
		}
		seed := points[i].config.Data.Recipe.Seed
		if p.Reversal != want.reversal || p.Refine != want.refine || p.EnergyHidden[0] != want.hidden || p.Seed != uint64(1+i%2) || seed != uint64(11+i%2) {
			t.Errorf("training %d: %+v on data of seed %d", i, p, seed)
		}
	}
	for says, wrong := range map[string]sweepFlags{
		"as many":                      {train: o.train, seeds: "1-2", data: "11"},
		"is not KEY=VALUE":             {train: o.train, seeds: "1", changes: []string{"reversal"}},
		"use --seeds or --grid":        {train: o.train, seeds: "1", changes: []string{"system=pendulum"}},
		"that the unchanged model has": {train: o.train, seeds: "1", changes: []string{"reversal=0.5"}},
	} {
		if _, err := wrong.points(c, "hgn"); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v, want %q", err, says)
		}
	}
}
