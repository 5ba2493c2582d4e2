package main

import (
	"encoding/json"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"hgn.local/pkg/metrics"
	"hgn.local/pkg/runs"
)

// What is not finite, or has no interval, is said in words, and what has one is told with it.
func TestReportsForPeople(t *testing.T) {
	nan := metrics.Estimate{Mean: 1e-3, Half: math.NaN(), N: 1}
	one := &runs.Report{TestTrajectories: 1, EnergyVariance: new(1e-3), MSETest: 1e-3, MSETestInterval: nan, NoiseFloorMSE: new(2e-3), IrreducibleMSE: new(1e-3),
		RolloutShare: &runs.Directions{Forward: 0.5, Backward: math.NaN(), Double: 1, Half: 1}, MSETestEncoder: new(1e-3)}
	many := &runs.Report{TestTrajectories: 200, EnergyVariance: new(1e-3), Excess: new(0.12), ExcessInterval: &metrics.Estimate{Mean: 0.12, Half: 0.013, N: 200}, NoiseFloorMSE: new(1e-3), IrreducibleMSE: new(1e-3),
		EnergyVarianceRatio: new(2e-4), EnergyVarianceRatioInterval: &metrics.Estimate{Mean: 2e-4, Half: 3e-5, N: 200},
		VPT: &runs.Directions{Forward: 20}, VPTInterval: &runs.Intervals{Forward: metrics.Estimate{Mean: 20, Half: 1.5, N: 200}}}
	many.Seconds, many.StepSeconds = 90, 80
	states := &runs.Report{States: &runs.StateReport{MSE: math.Inf(1), EnergyDrift: nan}}
	for _, c := range []struct {
		report    *runs.Report
		says, not []string
	}{
		{one, []string{"10.00 ", "noise moves the frames", " 50.0 ", "not finite", "there is one trajectory only"}, []string{"NaN", "learned energy is constant"}},
		{many, []string{"12.0 ± 1.3", "2.0e-04 ± 3e-05", "20.0 ± 1.5", "1m30s", "of which steps 1m20s"}, []string{"NaN", "%!"}},
		{states, []string{"distance from the true states", "not finite"}, []string{"NaN", "Inf"}},
	} {
		text := runs.Sheet(c.report, false).Text()
		for _, want := range c.says {
			if !strings.Contains(text, want) {
				t.Errorf("the report lacks %q:\n%s", want, text)
			}
		}
		for _, word := range c.not {
			if strings.Contains(text, word) {
				t.Errorf("the report says %q:\n%s", word, text)
			}
		}
	}
}

// Simulated videos are as long as --sequence says; strong noise is measured, and what was measured on few test trajectories is
// not taken for the usual number.
func TestSequenceAndNoise(t *testing.T) {
	t.Setenv("GOMLX_BACKEND", "go")
	out := filepath.Join(t.TempDir(), "run")
	if code, _, stderr := hgn(t, "train", "hnn", "--system", "mass_spring", "--sequence", "7", "--noise", "50", "--trajectories", "12", "--size", "16",
		"--steps", "3", "--set", "batch=4", "--out", out); code != exitDone {
		t.Fatal(stderr)
	}
	r, err := runs.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	if shape, err := r.Data.Shape(); err != nil || shape.Frames != 7 {
		t.Errorf("videos of %s, %v", shape, err)
	}
	code, stdout, stderr := hgn(t, "eval", out, "--trajectories", "5", "--json")
	var report runs.Report
	if err := json.Unmarshal([]byte(stdout), &report); code != exitDone || err != nil || report.TestTrajectories != 5 || !strings.Contains(stdout, `"excess":null`) {
		t.Errorf("exit code %d, %v, %s, %s", code, err, stdout, stderr)
	}
	if code, stdout, stderr = hgn(t, "table", out, "--trajectories", "6", "--json"); code != exitDone || !strings.Contains(stdout, `"n":6`) || strings.Contains(stdout, `"n":5`) {
		t.Errorf("exit code %d, %s, %s", code, stdout, stderr)
	}
	for says, args := range map[string][]string{
		"use --preset":             {"train", "hnn", "--system", "pendulum", "--set", "preset=cpu", "--out", out + "2"},
		"at least 3 frames":        {"train", "hnn", "--system", "pendulum", "--sequence", "1", "--out", out + "2"},
		"--sequence does not":      {"train", "nhf", "--density", "rings", "--sequence", "4", "--out", out + "2"},
		"--points must be at":      {"table", out, "--points", "1"},
		"--trajectories must be a": {"table", out, "--trajectories", "0"},
	} {
		if code, _, stderr := hgn(t, args...); code != exitBadInput || !strings.Contains(stderr, says) {
			t.Errorf("%v: exit code %d, %q", args, code, stderr)
		}
	}
}
