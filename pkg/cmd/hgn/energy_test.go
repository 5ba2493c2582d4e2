package main

import (
	"encoding/json"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"

	"hgn.local/pkg/dataset/npz"
	"hgn.local/pkg/runs"
)

// From an energy to a flow that never saw a point, its log Z, and points with weights.
func TestEnergyCommands(t *testing.T) {
	t.Setenv("GOMLX_BACKEND", "go")
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	do := func(args ...string) string {
		t.Helper()
		stdout, _ := done(t, args...)
		return stdout
	}
	small := []string{"--steps", "60", "--set", "batch=64", "--set", "encoder_hidden=[8]", "--set", "energy_hidden=[8]", "--set", "dt=0.3", "--set", "hamiltonians=2", "--set", "evaluation=4"}
	do(append([]string{"train", "nhf", "--energy", "double_well", "--out", file("well")}, small...)...)
	do(append([]string{"train", "nhf", "--energy", "free_field", "--out", file("field")}, small...)...)
	for name, planar := range map[string]bool{"well": true, "field": false} {
		var report runs.DensityReport
		if err := json.Unmarshal([]byte(do("eval", file(name), "--json")), &report); err != nil {
			t.Fatal(err)
		}
		if report.LogZ == nil || report.LogZError == nil || report.LogZKnown == nil || !(*report.ESS > 0 && *report.ESS <= 1) || (report.NLL != nil) != planar {
			t.Fatalf("%s: the report is %+v", name, report)
		}
		if planar && !(math.Abs(*report.LogZ-*report.LogZKnown) < 5**report.LogZError) {
			t.Errorf("log Z is %.3f ± %.3f, want %.3f", *report.LogZ, *report.LogZError, *report.LogZKnown)
		}
		if text := do("eval", file(name)); !strings.Contains(text, "log Z by the weights") {
			t.Errorf("%s: eval prints\n%s", name, text)
		}
	}
	do("sample", file("well"), "--n", "3000", "--out", file("x.npz"))
	out, err := npz.Open(file("x.npz"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	shape, logW, err := out.Float64("logw")
	if err != nil || !slices.Equal(shape, []int{3000}) {
		t.Fatalf("logw has the shape %v, %v", shape, err)
	}
	if z := floats.LogSumExp(logW) - math.Log(3000); math.Abs(z-12.06) > 5 {
		t.Errorf("the weights average to %.2f", z)
	}
	do("figure", "learned", file("well"), "--out", file("well.png"))
	for _, c := range []struct {
		word string
		args []string
	}{
		{"double_well", []string{"train", "nhf", "--energy", "nosuch", "--out", file("other")}},
		{"train nhf", []string{"train", "rnvp", "--energy", "phi4", "--out", file("other")}},
		{"--points", []string{"train", "nhf", "--energy", "phi4", "--points", "3", "--out", file("other")}},
		{"one of", []string{"train", "nhf", "--energy", "phi4", "--density", "rings", "--out", file("other")}},
		{"64 coordinates", []string{"figure", "learned", file("field"), "--out", file("y.png")}},
	} {
		code, _, stderr := hgn(t, c.args...)
		if code != exitBadInput || !strings.Contains(stderr, c.word) || strings.Count(strings.TrimSpace(stderr), "\n") > 1 {
			t.Errorf("%v: exit code %d, %q", c.args, code, stderr)
		}
	}
}
