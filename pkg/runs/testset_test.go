package runs

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/hnn"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/metrics"
)

// The test videos come in parts, and are those of the whole set with its states.
func TestTestSetInParts(t *testing.T) {
	s := Simulated("two_body")
	s.Recipe.Size, s.Recipe.Frames = 8, 5
	ctx := context.Background()
	whole, err := s.Test(ctx, 7)
	if err != nil {
		t.Fatal(err)
	}
	parts, err := s.testSet(ctx, 7)
	if err != nil || parts.n != 7 {
		t.Fatalf("%d trajectories, %v", parts.n, err)
	}
	part, err := parts.part(3, 7)
	if err != nil {
		t.Fatal(err)
	}
	want := whole.Subset(3, 7)
	if part.N != 4 || !bytes.Equal(part.Frames, want.Frames) || !slices.Equal(part.Q, want.Q) || !slices.Equal(part.P, want.P) || !slices.Equal(part.Energy, want.Energy) || part.Noise != want.Noise {
		t.Error("a part has other videos or states than the whole")
	}
}

// What an evaluation holds in memory does not grow with the test trajectories: the paper's 10 000 of 64 pixels would be
// 3.7 GB, and five times as many training videos 18 GB.
func TestRecipesOfAnEvaluation(t *testing.T) {
	s := SimulatedFor("pendulum", "paper")
	for n, want := range map[int]int{2: 200, 40: 200, TestTrajectories: 1000, 10_000: 1000, 1_000_000: 1000} {
		if got := trainingVideos(n); got != want {
			t.Errorf("%d test trajectories are measured with %d training videos, want %d", n, got, want)
		}
		part, train := s.testRecipe(min(n, atOnce)), *s.Recipe
		train.Trajectories = trainingVideos(n)
		if b := part.Bytes() + train.Bytes(); b > 1<<30 {
			t.Errorf("%d test trajectories take %d bytes at once", n, b)
		}
	}
	if r := s.testRecipe(10_000); r.Trajectories != 10_000 || r.Bytes() > dataset.MaxInMemory || r.Seed == s.Recipe.Seed {
		t.Errorf("the recipe of 10 000 test trajectories is %+v", r)
	}
	if r := s.testRecipe(0); r.Trajectories != TestTrajectories {
		t.Errorf("the usual number of test trajectories is %d", r.Trajectories)
	}
}

// Gathered part by part, the measures are those of all at once.
func TestGatheredInParts(t *testing.T) {
	d, ctx := open(t), context.Background()
	r := trained(t, tiny(t, "pendulum"))
	m, err := r.VideoModel(d)
	if err != nil {
		t.Fatal(err)
	}
	test, err := r.Data.testSet(ctx, 9)
	if err != nil {
		t.Fatal(err)
	}
	grey := make([]float64, 16*16*3)
	once, err := evaluate(ctx, m, test, grey)
	if err != nil {
		t.Fatal(err)
	}
	pieces := &evaluation{}
	for from := 0; from < 9; from += 4 {
		part, err := test.part(from, min(from+4, 9))
		if err != nil {
			t.Fatal(err)
		}
		if err := pieces.add(ctx, m, part, grey); err != nil {
			t.Fatal(err)
		}
	}
	near := func(a, b float64) bool { return math.Abs(a-b) <= 1e-4*math.Abs(a) }
	if pieces.n != 9 || !near(once.unrolled.Mean(), pieces.unrolled.Mean()) || !near(mean(once.meanFrame), mean(pieces.meanFrame)) ||
		!near(mean(once.truth.floors), mean(pieces.truth.floors)) || !slices.EqualFunc(once.trueEnergy, pieces.trueEnergy, slices.Equal) || len(pieces.there) != len(once.there) {
		t.Errorf("in parts %+v", pieces)
	}
	for i := range directions {
		for _, of := range []func(*rolloutErrors) *metrics.StepMSE{
			func(e *rolloutErrors) *metrics.StepMSE { return &e.best }, func(e *rolloutErrors) *metrics.StepMSE { return &e.still },
		} {
			a, b := of(&once.truth.rollouts[i]).PerTrajectory(), of(&pieces.truth.rollouts[i]).PerTrajectory()
			for k := range a {
				if !near(a[k], b[k]) {
					t.Errorf("direction %d, trajectory %d: %g and %g", i, k, a[k], b[k])
				}
			}
		}
	}
}

// Noise that hides all that moves leaves no excess, and a report that can be written and read.
func TestStrongNoise(t *testing.T) {
	c := tiny(t, "mass_spring")
	c.Data.Recipe.Noise = 50
	edit(&c, func(p *hgn.Params) { p.Refine = 0 })
	r := trained(t, c)
	report, err := r.ReportOf(context.Background(), open(t), 20)
	if err != nil {
		t.Fatal(err)
	}
	if report.Excess != nil && *report.NoiseFloorMSE >= report.MeanFrameMSE {
		t.Errorf("an excess of %g", *report.Excess)
	}
	if *report.NoiseFloorMSE < report.MeanFrameMSE {
		t.Errorf("noise of 50 leaves a floor of %g below the mean frame's %g: the test shows nothing", *report.NoiseFloorMSE, report.MeanFrameMSE)
	}
	var back Report
	if text, err := os.ReadFile(filepath.Join(r.Dir, "report_20.json")); err != nil || json.Unmarshal(text, &back) != nil || back.Excess != nil || back.TestTrajectories != 20 {
		t.Errorf("the kept report is %+v, %v", back, err)
	}
}

// Measures on another number of test trajectories do not pass for the usual ones.
func TestReportsByNumber(t *testing.T) {
	d, ctx := open(t), context.Background()
	r := trained(t, tiny(t, "pendulum"))
	few, err := r.Evaluate(ctx, d, 6)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(r.Dir, ReportFile)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("6 test trajectories are kept as the usual report: %v", err)
	}
	again, err := r.ReportOf(ctx, nil, 6) // no device: what is kept is not measured again
	if err != nil || again.MSETest != few.MSETest || again.TestTrajectories != 6 {
		t.Errorf("%+v, %v", again, err)
	}
	for name, e := range map[string]float64{"share": again.RolloutShareInterval.Forward.Half, "VPT": again.VPTInterval.Backward.Half, "ratio": again.EnergyVarianceRatioInterval.Half, "excess": again.ExcessInterval.Half} {
		if !(e >= 0) {
			t.Errorf("the half width of the interval of the %s is %g", name, e)
		}
	}
	if s := again.RolloutShareInterval.Double; math.Abs(s.Mean-again.RolloutShare.Double) > 1e-9 || s.N != 6 || math.Abs(again.ExcessInterval.Mean-*again.Excess) > 1e-9 {
		t.Errorf("the interval %+v is not of the share %g", s, again.RolloutShare.Double)
	}
}

// A model of states learns from any number of trajectories of any frame size, for it simulates no frames, and one of videos
// that would not fit is no hindrance either.
func TestStatesOfLargeVideos(t *testing.T) {
	c, err := NewConfig("hnn", "quick")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"variant=states", "steps=3", "batch=4"} {
		if err := c.Set(s); err != nil {
			t.Fatal(err)
		}
	}
	c.Data = Simulated("pendulum")
	c.Data.Recipe.Frames, c.Data.Recipe.Size = 5, 1024
	if c.Data.Recipe.Trajectories = 600; c.Data.Recipe.Bytes() < dataset.MaxInMemory {
		t.Fatal("these videos would fit into memory")
	}
	r := trained(t, c)
	report, err := r.Evaluate(context.Background(), open(t), 10)
	if err != nil || report.States == nil || report.TestTrajectories != 10 || r.Params.(hnn.Params).LatentDim != 1 {
		t.Errorf("%+v, %v", report, err)
	}
}

// An error that is not finite is null in JSON, and comes back as none.
func TestStateReportJSON(t *testing.T) {
	text, err := json.Marshal(&Report{States: &StateReport{MSE: math.Inf(1), Steps: 7}})
	if err != nil {
		t.Fatal(err)
	}
	var back Report
	if err := json.Unmarshal(text, &back); err != nil || !math.IsNaN(back.States.MSE) || back.States.Steps != 7 {
		t.Errorf("%+v, %v", back.States, err)
	}
	text, _ = json.Marshal(StateReport{MSE: 0.5})
	if err := json.Unmarshal(text, &back.States); err != nil || back.States.MSE != 0.5 || !bytes.Contains(text, []byte(`"energy_drift"`)) {
		t.Errorf("%s, %v", text, err)
	}
}

// trained is the run of a configuration that trains in a second.
func trained(t *testing.T, c Config) *Run {
	t.Helper()
	r, err := Create(filepath.Join(t.TempDir(), "run"), c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Train(context.Background(), open(t), Options{}); err != nil {
		t.Fatal(err)
	}
	return r
}
