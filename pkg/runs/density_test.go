package runs

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"hgn.local/gomlx_models/nhf"
	"hgn.local/gomlx_models/points"
	"hgn.local/gomlx_models/rnvp"
	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/dataset/npz"
	"hgn.local/pkg/training"
)

// flow is the run of a model of a density that trains in a second, unless settings change that.
func flow(t *testing.T, model, target string, settings ...string) *Run {
	t.Helper()
	c, err := NewConfig(model, "quick")
	if err != nil {
		t.Fatal(err)
	}
	brief := []string{"steps=60", "batch=64"}
	if model == "nhf" {
		brief = append(brief, "evaluation=16")
	}
	for _, s := range append(brief, settings...) {
		if err := c.Set(s); err != nil {
			t.Fatal(err)
		}
	}
	if c.Data, err = FromDensity(target, 2000, 1); err != nil {
		t.Fatal(err)
	}
	r, err := Create(filepath.Join(t.TempDir(), model), c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// A short training comes nearer to a Gaussian that is neither centred nor of unit size; its report agrees with what the model
// says of the same points, and the curve falls to it.
func TestDensities(t *testing.T) {
	d, ctx := open(t), context.Background()
	file := filepath.Join(t.TempDir(), "points.npz")
	away := points.New(3000, 2)
	source, err := FromDensity("gaussian", 3000, 7)
	if err != nil {
		t.Fatal(err)
	}
	drawn, err := source.Density.Train()
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range drawn.X {
		away.X[i] = 100 + 0.01*v
	}
	if err := npz.Write(file, npz.Array{Name: "x", Shape: []int{3000, 2}, Data: away.X}); err != nil {
		t.Fatal(err)
	}
	entropy := math.Log(2*math.Pi*math.E) + 2*math.Log(0.01)
	for _, model := range DensityModels {
		r := flow(t, model, file)
		outcome, err := r.Train(ctx, d, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if outcome.MSE != nil || outcome.KL != nil || !(outcome.Losses["gradient"] > 0) {
			t.Errorf("%s: outcome %+v", model, outcome)
		}
		report, err := r.EvaluateDensity(ctx, d, 0)
		if err != nil {
			t.Fatal(err)
		}
		if !(math.Abs(*report.NLL-entropy) < 0.15) || report.TrainPoints != 2700 || report.TestPoints != 300 || report.Divergence != nil {
			t.Errorf("%s: the entropy is %.3f, the report %+v with NLL %.3f", model, entropy, report, *report.NLL)
		}
		if !(*report.ReversalError <= 1e-5) || (report.ELBO == nil) == (model == "nhf") {
			t.Errorf("%s: reversal error %g, ELBO %v", model, *report.ReversalError, report.ELBO)
		}
		if model == "nhf" {
			boundsTighten(t, r, d, report)
		}
		kept, err := r.DensityReport(ctx, nil)
		if err != nil || *kept.NLL != *report.NLL {
			t.Errorf("%s: the kept report is %+v, %v", model, kept, err)
		}
		curve, err := r.Curve()
		if err != nil || len(curve) < 15 {
			t.Fatalf("%s: the curve %v, %v", model, curve, err)
		}
		last := curve[len(curve)-1]
		if last.Step != 60 || !(last.Seconds > 0) || !(last.NLL <= curve[0].NLL+0.05) || !(math.Abs(last.NLL-*report.NLL) < 0.2) {
			t.Errorf("%s: the curve goes from %+v to %+v, the report says %.3f", model, curve[0], last, *report.NLL)
		}
		_, err = r.Report(ctx, d)
		badInput(t, err, "not of videos")
		_, err = r.VideoModel(d)
		badInput(t, err, "learned from points")
	}
	if err := os.WriteFile(file, []byte("another"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = Source{Density: &Density{Target: file, Dim: 2, Digest: "of what was there"}}.Train(ctx, nil)
	badInput(t, err, "no longer what this run was started on")
}

// boundsTighten fails unless the ELBO lies below log p as many momenta with a noise of their own give it, and log p
// with few momenta nowhere above: with the same noise, Jensen's inequality would see to it whatever the weights are.
func boundsTighten(t *testing.T, r *Run, d *device.Device, report *DensityReport) {
	t.Helper()
	m, _, err := r.Load(d)
	if err != nil {
		t.Fatal(err)
	}
	flow := m.(*nhf.Model)
	flow.Params.Seed += 1000
	test, err := r.Data.Density.Test(0)
	if err != nil {
		t.Fatal(err)
	}
	many, err := flow.LogProbWith(test, 256)
	if err != nil {
		t.Fatal(err)
	}
	logP := 0.0
	for _, l := range many {
		logP += l / float64(len(many))
	}
	t.Logf("ELBO %.4f, log p with 16 momenta %.4f, with 256 %.4f", *report.ELBO, -*report.NLL, logP)
	if !(*report.ELBO < logP-0.002) || !(-*report.NLL < logP+0.006) {
		t.Errorf("the ELBO is %.4f, log p %.4f with 16 momenta and %.4f with 256", *report.ELBO, -*report.NLL, logP)
	}
}

// A learning rate far too large ends a training of a flow with an error that says so. The networks are deep, since Adam's steps
// take those of the presets to huge losses, but not out of float32's range.
func TestDensityDiverges(t *testing.T) {
	d := open(t)
	for model, settings := range map[string][]string{
		"nhf":  {"energy_hidden=[16,16,16,16,16,16]", "evaluation=1"},
		"rnvp": {"hidden=[16,16,16,16,16,16]"},
	} {
		r := flow(t, model, "gaussians4", append(settings, "learning_rate=9", "warm_up=0", "clip_norm=0")...)
		_, err := r.Train(context.Background(), d, Options{})
		if !errors.Is(err, training.ErrDiverged) {
			t.Errorf("%s: at a learning rate of 9 the training ends with %v", model, err)
		}
	}
}

// A known target gives the divergence from it, which is what the likelihood is above the entropy, point by point.
func TestDivergence(t *testing.T) {
	d, ctx := open(t), context.Background()
	r := flow(t, "rnvp", "gaussians4")
	if _, err := r.Train(ctx, d, Options{}); err != nil {
		t.Fatal(err)
	}
	report, err := r.EvaluateDensity(ctx, d, 500)
	if err != nil {
		t.Fatal(err)
	}
	if off := *report.NLL - *report.Entropy - *report.Divergence; math.Abs(off) > 1e-9 || report.TestPoints != 500 {
		t.Errorf("NLL %g, entropy %g, divergence %g of %d points", *report.NLL, *report.Entropy, *report.Divergence, report.TestPoints)
	}
	if len(report.ModeShares) != 4 || math.Abs(report.ModeShares[0]+report.ModeShares[1]+report.ModeShares[2]+report.ModeShares[3]-1) > 1e-9 || !(*report.ModeError >= 0 && *report.ModeError < 1) {
		t.Errorf("the shares of the modes are %v", report.ModeShares)
	}
	if !(*report.Divergence > 3**report.DivergenceError) {
		t.Errorf("after 60 steps the divergence is %g ± %g", *report.Divergence, *report.DivergenceError)
	}
}

// A training of a density in two pieces ends where one in one piece does, with the curve of the whole.
func TestDensityResumes(t *testing.T) {
	d, ctx := open(t), context.Background()
	whole, pieces := flow(t, "nhf", "two_moons"), flow(t, "nhf", "two_moons")
	once, err := whole.Train(ctx, d, Options{})
	if err != nil {
		t.Fatal(err)
	}
	stop, cancel := context.WithCancel(ctx)
	if _, err := pieces.Train(stop, d, Options{Preview: func(_ Model, step int) {
		if step == 30 {
			cancel()
		}
	}}); err != nil {
		t.Fatal(err)
	}
	twice, err := pieces.Train(ctx, d, Options{Resume: true})
	if err != nil || twice.Loss != once.Loss {
		t.Errorf("in one piece the loss is %v, in two %v (%v)", once.Loss, twice.Loss, err)
	}
	a, errA := whole.Curve()
	b, errB := pieces.Curve()
	if errA != nil || errB != nil || !slices.EqualFunc(a, b, func(p, q CurvePoint) bool { return p.Step == q.Step && p.NLL == q.NLL }) {
		t.Errorf("curves %v and %v (%v, %v)", a, b, errA, errB)
	}
}

func TestDensityRefusals(t *testing.T) {
	for target, n := range map[string]int{"nosuch": 100, "gaussian": 1, "missing.npz": 100} {
		_, err := FromDensity(target, n, 1)
		badInput(t, err)
	}
	source, err := FromDensity("rings", 100, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []Config{
		ConfigOf(nhf.Quick(), Simulated("pendulum")),
		{Model: "hgn", Params: tiny(t, "pendulum").Params, Data: source},
		{Model: "rnvp", Params: rnvp.Quick()},
	} {
		_, err := c.Resolve()
		badInput(t, err)
	}
	_, err = tinyRun(t).EvaluateDensity(context.Background(), (*device.Device)(nil), 0)
	badInput(t, err, "not of a density")
}

func tinyRun(t *testing.T) *Run {
	t.Helper()
	r, err := Create(filepath.Join(t.TempDir(), "videos"), tiny(t, "pendulum"))
	if err != nil {
		t.Fatal(err)
	}
	return r
}
