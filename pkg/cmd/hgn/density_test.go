package main

import (
	"encoding/json"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hgn.local/pkg/dataset/npz"
	"hgn.local/pkg/density"
	"hgn.local/pkg/metrics"
	"hgn.local/pkg/runs"
)

// From a density to a trained flow, its measures, its samples and its values at points.
func TestDensityCommands(t *testing.T) {
	t.Setenv("GOMLX_BACKEND", "go")
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	do := func(args ...string) string {
		t.Helper()
		stdout, _ := done(t, args...)
		return stdout
	}
	do("train", "nhf", "--density", "gaussian1", "--points", "2000", "--steps", "60", "--set", "batch=64", "--set", "dt=0.2", "--set", "evaluation=64", "--out", file("flow"))
	var report runs.DensityReport
	if err := json.Unmarshal([]byte(do("eval", file("flow"), "--points", "1000", "--json")), &report); err != nil {
		t.Fatal(err)
	}
	if report.Target != "gaussian1" || report.TestPoints != 1000 || !(math.Abs(*report.Divergence) < 0.2) || !(*report.ReversalError <= 1e-5) {
		t.Errorf("report %+v with divergence %v", report, *report.Divergence)
	}
	if !(*report.MomentaError > 0) || !(*report.ESS > 0 && *report.ESS <= 1) || math.Abs(*report.Coverage50-0.5) > 0.1 || math.Abs(*report.EnergyDistance) > 0.05 {
		t.Errorf("momenta leave an error of %g with an effective share of %g; coverage %g, distance %g", *report.MomentaError, *report.ESS, *report.Coverage50, *report.EnergyDistance)
	}
	if text := do("eval", file("flow"), "--points", "300"); !strings.Contains(text, "negative log-likelihood") || !strings.Contains(text, "300 points") || !strings.Contains(text, "standard error from 64 momenta") {
		t.Errorf("eval prints\n%s", text)
	}
	do("sample", file("flow"), "--n", "300", "--seed", "4", "--out", file("x.npz"))
	x, _, err := density.Points(file("x.npz"), 1, nil, nil)
	if err != nil || len(x) != 300 {
		t.Fatalf("%d points, %v", len(x), err)
	}

	// The learned density integrates to 1, within what the estimate with 64 momenta leaves.
	grid := make([]float64, 241)
	for i := range grid {
		grid[i] = -6 + 0.05*float64(i)
	}
	if err := npz.Write(file("grid.npz"), npz.Array{Name: "x", Shape: []int{len(grid), 1}, Data: grid}); err != nil {
		t.Fatal(err)
	}
	do("logp", file("flow"), "--points", file("grid.npz"), "--out", file("logp.npz"))
	out, err := npz.Open(file("logp.npz"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	shape, logp, err := out.Float64("logp")
	if err != nil || !slices.Equal(shape, []int{len(grid)}) {
		t.Fatalf("logp has the shape %v, %v", shape, err)
	}
	if _, ess, err := out.Float64("ess"); err != nil || len(ess) != len(grid) || !(slices.Min(ess) >= 1 && slices.Max(ess) <= 64.001) {
		t.Errorf("the effective numbers of momenta are %v, %v", ess, err)
	}
	if _, off, err := out.Float64("logp_error"); err != nil || len(off) != len(grid) || !(slices.Min(off) >= 0) {
		t.Errorf("the errors of log p are %v, %v", off, err)
	}
	if _, k, err := out.Float64("momenta"); err != nil || k[0] != 64 {
		t.Errorf("the number of momenta is %v, %v", k, err)
	}
	sum := 0.0
	for _, v := range logp {
		sum += 0.05 * math.Exp(v)
	}
	if math.Abs(sum-1) > 0.03 {
		t.Errorf("the density integrates to %.3f", sum)
	}

	if err := npz.Write(file("plane.npz"), npz.Array{Name: "x", Shape: []int{2, 2}, Data: []float64{1, 2, 3, 4}}); err != nil {
		t.Fatal(err)
	}
	if err := npz.Write(file("nan.npz"), npz.Array{Name: "x", Shape: []int{2, 1}, Data: []float64{1, math.NaN()}}); err != nil {
		t.Fatal(err)
	}
	if err := npz.Write(file("constant.npz"), npz.Array{Name: "x", Shape: []int{3, 2}, Data: []float64{1, 2, 1, 3, 1, 4}}); err != nil {
		t.Fatal(err)
	}
	if err := npz.Write(file("one.npz"), npz.Array{Name: "x", Shape: []int{1, 2}, Data: []float64{1, 2}}); err != nil {
		t.Fatal(err)
	}
	do("data", "--density", "gaussian1", "--points", "4000", "--seed", "9", "--out", file("drawn.npz"))
	drawn, err := npz.Open(file("drawn.npz"))
	if err != nil {
		t.Fatal(err)
	}
	defer drawn.Close()
	_, truth, err := drawn.Float64("logp")
	if entropy := 0.5 * math.Log(2*math.Pi*math.E); err != nil || len(truth) != 4000 || math.Abs(metrics.MeanInterval(truth).Mean+entropy) > 0.05 {
		t.Errorf("%d points with the mean log p %g, the entropy is %g, %v", len(truth), metrics.MeanInterval(truth).Mean, entropy, err)
	}
	for _, c := range []struct {
		word string
		args []string
	}{
		{"one point", []string{"train", "nsf", "--density", file("one.npz"), "--out", file("other")}},
		{"at least 1", []string{"data", "--density", "rings", "--points", "0", "--out", file("y.npz")}},
		{"known", []string{"data", "--density", file("plane.npz"), "--out", file("y.npz")}},
		{"--frames", []string{"data", "--density", "rings", "--frames", "3", "--out", file("y.npz")}},
		{"coordinates", []string{"logp", file("flow"), "--points", file("plane.npz"), "--out", file("y.npz")}},
		{"NaN", []string{"logp", file("flow"), "--points", file("nan.npz"), "--out", file("y.npz")}},
		{"nosuch.npz", []string{"logp", file("flow"), "--points", file("nosuch.npz"), "--out", file("y.npz")}},
		{"constant", []string{"train", "nhf", "--density", file("constant.npz"), "--out", file("other")}},
		{"unknown density", []string{"train", "rnvp", "--density", "nosuch", "--out", file("other")}},
		{"density", []string{"train", "nhf", "--system", "pendulum", "--out", file("other")}},
		{"--noise", []string{"train", "nhf", "--density", "rings", "--noise", "1", "--out", file("other")}},
		{"videos", []string{"rollout", file("flow"), "--dt", "1", "--steps", "2", "--out", file("z.npz")}},
		{"--steps", []string{"sample", file("flow"), "--n", "2", "--steps", "3", "--out", file("z.npz")}},
		{".npz", []string{"sample", file("flow"), "--n", "2", "--out", file("z.gif")}},
		{"--trajectories", []string{"eval", file("flow"), "--trajectories", "20"}},
	} {
		code, _, stderr := hgn(t, c.args...)
		if code != exitBadInput || !strings.Contains(stderr, c.word) || strings.Count(strings.TrimSpace(stderr), "\n") > 1 {
			t.Errorf("%v: exit code %d, %q", c.args, code, stderr)
		}
	}
}

// A sweep trains every combination once, in an order of its own, and compares them; what it did is not done again.
func TestSweep(t *testing.T) {
	t.Setenv("GOMLX_BACKEND", "go")
	dir := t.TempDir()
	args := []string{"sweep", "rnvp", "--points", "500", "--steps", "5", "--set", "batch=32", "--set", "hidden=[8]",
		"--grid", "density=two_moons;rings", "--grid", "layers=2;3", "--seeds", "1-2", "--out", dir, "--json"}
	var first, second struct {
		Densities struct {
			Rows []struct {
				Target string
				Seeds  []uint64
				NLL    struct{ Mean float64 }
			}
		}
		Trainings int
		Diverged  []string
	}
	code, stdout, stderr := hgn(t, args...)
	if code != exitDone {
		t.Fatal(stderr)
	}
	if err := json.Unmarshal([]byte(stdout), &first); err != nil {
		t.Fatal(err)
	}
	rows := first.Densities.Rows
	if first.Trainings != 8 || len(first.Diverged) != 0 || len(rows) != 4 || rows[0].Target != "two_moons" || !slices.Equal(rows[3].Seeds, []uint64{1, 2}) {
		t.Errorf("%s", stdout)
	}
	if rows[0].NLL == rows[1].NLL || rows[0].NLL == rows[2].NLL {
		t.Errorf("different settings have the same likelihood: %s", stdout)
	}
	if code, stdout, stderr = hgn(t, args...); code != exitDone || strings.Contains(stderr, "5 steps in") {
		t.Errorf("the same sweep again trains anew: %s", stderr)
	}
	if err := json.Unmarshal([]byte(stdout), &second); err != nil || len(second.Densities.Rows) != 4 || second.Densities.Rows[2].NLL != rows[2].NLL {
		t.Errorf("the same sweep again gives %s, %v", stdout, err)
	}

	for word, wrong := range map[string][]string{
		"--seeds": {"--seeds", "5-1"}, "is not KEY=": {"--grid", "layers"}, "twice": {"--grid", "layers=2", "--grid", "layers=3"},
		"empty value": {"--grid", "layers=2;;3"}, "nosuch": {"--grid", "nosuch=1"},
	} {
		code, _, stderr := hgn(t, append([]string{"sweep", "rnvp", "--density", "rings", "--out", filepath.Join(dir, "wrong")}, wrong...)...)
		if code != exitBadInput || !strings.Contains(stderr, word) {
			t.Errorf("%v: exit code %d, %q", wrong, code, stderr)
		}
	}
}
