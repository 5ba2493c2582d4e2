package runs

import (
	"context"
	"path/filepath"
	"testing"

	"hgn.local/gomlx_models/hnn"
)

// The baselines train, resume their configuration, and are measured: those of videos as videos, those of states as states.
func TestBaselines(t *testing.T) {
	d, ctx := open(t), context.Background()
	for _, variant := range []string{hnn.Pixels, hnn.States, hnn.Baseline} {
		c, err := NewConfig("hnn", "quick")
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []string{"variant=" + variant, "steps=10", "batch=4", "pairs=1"} {
			if err := c.Set(s); err != nil {
				t.Fatal(err)
			}
		}
		c.Data = tiny(t, "two_body").Data
		r, err := Create(filepath.Join(t.TempDir(), variant), c)
		if err != nil {
			t.Fatal(err)
		}
		if want := map[string]int{hnn.Pixels: 2, hnn.States: 4, hnn.Baseline: 4}[variant]; r.Params.(hnn.Params).LatentDim != want {
			t.Errorf("%s of two bodies has %d coordinates, want %d", variant, r.Params.(hnn.Params).LatentDim, want)
		}
		trained, err := r.Train(ctx, d, Options{})
		if err != nil || trained.Steps != 10 {
			t.Fatalf("%s: %+v, %v", variant, trained, err)
		}
		report, err := r.Report(ctx, d)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case report.Model != "hnn" || report.Variant != variant:
			t.Errorf("a report of %s %s", report.Model, report.Variant)
		case variant == hnn.Pixels && (report.States != nil || report.Rollout == nil || report.MSETestEncoder != nil || report.MSETest <= 0):
			t.Errorf("a model of videos has the report %+v", report)
		case variant != hnn.Pixels && (report.States == nil || !(report.States.MSE > 0) || report.States.Steps != longer*9 || report.Rollout != nil):
			t.Errorf("a model of states has the report %+v", report)
		}
		again, err := r.Report(ctx, d)
		if err != nil || again.Checkpoint != report.Checkpoint || again.Seconds != report.Seconds {
			t.Errorf("the kept report is another one: %v", err)
		}
		if variant != hnn.Pixels {
			_, err = r.VideoModel(d)
			badInput(t, err, "learned from states")
		}
	}
}

// States are only known of simulations.
func TestStatesNeedASimulation(t *testing.T) {
	c, err := NewConfig("hnn", "quick")
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Set("variant=states"); err != nil {
		t.Fatal(err)
	}
	shape := tiny(t, "pendulum").Data
	v, _ := shape.Shape()
	c.Data = Source{File: "/nowhere/a.npz", Videos: &v}
	_, err = c.Resolve()
	badInput(t, err, "learns from states")
}
