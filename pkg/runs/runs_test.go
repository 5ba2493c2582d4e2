package runs

import (
	"context"
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/badinput"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/training"
)

// tiny is a configuration that trains in a second.
func tiny(t *testing.T, system string) Config {
	t.Helper()
	c, err := NewConfig("hgn", "quick")
	if err != nil {
		t.Fatal(err)
	}
	edit(&c, func(p *hgn.Params) { p.Steps, p.Batch, p.Refine = 12, 4, 1 })
	c.Data = Simulated(system)
	c.Data.Recipe.Trajectories, c.Data.Recipe.Frames, c.Data.Recipe.Size = 20, 9, 16
	return c
}

func latentOf(r *Run) string { return r.Params.(hgn.Params).Latent }

// edit changes the parameters of an HGN.
func edit(c *Config, change func(p *hgn.Params)) {
	p := c.Params.(hgn.Params)
	change(&p)
	c.Params = p
}

func open(t *testing.T) *device.Device {
	t.Helper()
	d, err := device.OpenGo(device.Options{Notice: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.Close)
	return d
}

func badInput(t *testing.T, err error, words ...string) {
	t.Helper()
	if err == nil || !badinput.Is(err) {
		t.Fatalf("want an error that the caller can mend, got %v", err)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("%q does not mention %q", err, w)
		}
	}
}

// A run is created, found again, and never overwritten by another one.
func TestCreateAndOpen(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	c := tiny(t, "pendulum")
	if _, err := Create(dir, c); err != nil {
		t.Fatal(err)
	}
	r, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if latentOf(r) != "circle" {
		t.Errorf("the latent of a pendulum became %q", latentOf(r))
	}
	if _, err := Create(dir, c); err != nil {
		t.Errorf("the same run again: %v", err)
	}
	edit(&c, func(p *hgn.Params) { p.Seed++ })
	before, _ := os.ReadFile(filepath.Join(dir, configFile))
	_, err = Create(dir, c)
	badInput(t, err, "another run")
	if after, _ := os.ReadFile(filepath.Join(dir, configFile)); string(after) != string(before) {
		t.Error("a refused run changed the folder")
	}
	if r.Trained() {
		t.Error("a run that was only created counts as trained")
	}
	_, _, err = r.Load(open(t))
	badInput(t, err, "nothing was trained")
}

func TestOpenRefuses(t *testing.T) {
	_, err := Open(t.TempDir())
	badInput(t, err, "not the folder of a run")
	for name, content := range map[string]string{
		"damaged":   `{"model": "hgn", "params": `,
		"unknown":   `{"model": "nosuch"}`,
		"no data":   `{"model": "hgn"}`,
		"no preset": `{"model": "hgn", "data": {"recipe": {"system": "pendulum", "frames": 9, "size": 16, "dt": 0.1}}}`,
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, configFile), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := Open(dir)
		t.Log(name, err)
		badInput(t, err)
	}
}

// Training in two pieces gives the loss of training in one, and a finished run evaluates and rolls out.
func TestTrainResumeEvaluate(t *testing.T) {
	d, ctx := open(t), context.Background()
	whole, err := Create(filepath.Join(t.TempDir(), "whole"), tiny(t, "mass_spring"))
	if err != nil {
		t.Fatal(err)
	}
	once, err := whole.Train(ctx, d, Options{})
	if err != nil {
		t.Fatal(err)
	}
	pieces, err := Create(filepath.Join(t.TempDir(), "pieces"), tiny(t, "mass_spring"))
	if err != nil {
		t.Fatal(err)
	}
	stop, cancel := context.WithCancel(ctx)
	first, err := pieces.Train(stop, d, Options{Preview: func(_ Model, step int) {
		if step == 4 {
			cancel()
		}
	}})
	if err != nil || !first.Interrupted || first.Steps != 5 {
		t.Fatalf("interrupted after 5 steps: %+v, %v", first, err)
	}
	_, err = pieces.Train(ctx, d, Options{})
	badInput(t, err)
	second, err := pieces.Train(ctx, d, Options{Resume: true})
	if err != nil {
		t.Fatal(err)
	}
	if second.Loss != once.Loss || second.Steps != 12 {
		t.Errorf("resumed to loss %v at step %d, in one piece %v", second.Loss, second.Steps, once.Loss)
	}

	report, err := whole.Evaluate(ctx, d, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := json.Marshal(report); err != nil {
		t.Errorf("the report is no JSON: %v", err)
	}
	if n := len(report.MSEPerStep); n != 9 || math.Abs(mean(report.MSEPerStep)-report.MSETest) > 1e-9 {
		t.Errorf("%d frames with a mean error of %g, the whole has %g", n, mean(report.MSEPerStep), report.MSETest)
	}
	if byHand := forwardByHand(t, whole, d); math.Abs(report.Rollout.Forward-byHand) > 1e-4*byHand {
		t.Errorf("the forward rollout errs by %g, frame by frame it is %g", report.Rollout.Forward, byHand)
	}
	if report.Rollout.Backward == report.Rollout.Forward || report.Rollout.Double == report.Rollout.Half {
		t.Errorf("rollouts in different directions have the same error: %+v", report.Rollout)
	}
	// An almost untrained model cannot beat the noise.
	if report.MSETest < *report.IrreducibleMSE || *report.IrreducibleMSE > *report.NoiseFloorMSE || *report.NoiseFloorMSE > report.MeanFrameMSE {
		t.Errorf("the errors are out of order: test %g, irreducible %g, floor %g, mean frame %g", report.MSETest, *report.IrreducibleMSE, *report.NoiseFloorMSE, report.MeanFrameMSE)
	}
	if report.ReversalError == nil || !(*report.ReversalError < 1e-4) || report.Steps != 12 || report.Parameters == 0 || report.System != "mass_spring" {
		t.Errorf("report %+v", report)
	}
}

// forwardByHand is the error of the reconstructed test frames against the data set's own clean frames,
// which the true trajectories of the report must pass through.
func forwardByHand(t *testing.T, r *Run, d *device.Device) float64 {
	t.Helper()
	m, err := r.VideoModel(d)
	if err != nil {
		t.Fatal(err)
	}
	test, err := r.Data.Test(context.Background(), 0)
	if err != nil {
		t.Fatal(err)
	}
	start, err := m.InferInitial(Videos(test))
	if err != nil {
		t.Fatal(err)
	}
	roll, err := Roll(m, start, test.Dt, test.T-1)
	if err != nil {
		t.Fatal(err)
	}
	clean, sum := make([]uint8, 16*16*3), 0.0
	for i := range test.N {
		for f := range test.T {
			if err := test.CleanFrame(i, f, clean); err != nil {
				t.Fatal(err)
			}
			for n, v := range roll.Frame(i, f) {
				e := float64(v) - float64(clean[n])/255
				sum += e * e
			}
		}
	}
	return sum / float64(test.N*test.T*len(clean))
}

// A checkpoint of other networks than run.json describes does not load.
func TestLoadRefusesAnotherModel(t *testing.T) {
	d, ctx := open(t), context.Background()
	r, err := Create(filepath.Join(t.TempDir(), "run"), tiny(t, "pendulum"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Train(ctx, d, Options{}); err != nil {
		t.Fatal(err)
	}
	other := tiny(t, "pendulum")
	edit(&other, func(p *hgn.Params) { p.DecoderHidden = []int{16} })
	o, err := Create(filepath.Join(t.TempDir(), "other"), other)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(r.Dir, training.CheckpointFile))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(o.Dir, training.CheckpointFile), data, 0o644); err != nil {
		t.Fatal(err)
	}
	_, _, err = o.Load(d)
	badInput(t, err, "not of the model")
}

// Videos of a file: the last tenth is held out, another file in its place is noticed, and measures that
// need the truth are left out where there is none.
func TestRunOnFile(t *testing.T) {
	d, ctx := open(t), context.Background()
	set, err := dataset.Recipe{System: "pendulum", Trajectories: 20, Frames: 5, Size: 16, Dt: 0.125, Noise: -1, Seed: 3}.Generate(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	set.System, set.Q, set.P, set.Energy, set.Recipe = "", nil, nil, nil, nil
	path := filepath.Join(t.TempDir(), "mine.npz")
	if err := set.Save(path); err != nil {
		t.Fatal(err)
	}
	c := tiny(t, "pendulum")
	if c.Data, err = FromFiles(context.Background(), path, dataset.ImportOptions{}); err != nil {
		t.Fatal(err)
	}
	r, err := Create(filepath.Join(t.TempDir(), "run"), c)
	if err != nil {
		t.Fatal(err)
	}
	if latentOf(r) != "line*4" {
		t.Errorf("the latent of videos too short for a search became %q", latentOf(r))
	}
	if _, err := r.Train(ctx, d, Options{}); err != nil {
		t.Fatal(err)
	}
	report, err := r.Evaluate(ctx, d, 0)
	if err != nil {
		t.Fatal(err)
	}
	if report.Rollout != nil || report.NoiseFloorMSE != nil || report.EnergyCorrelation != nil {
		t.Error("the report measures against a truth that nobody knows")
	}
	set.Frames[0] ^= 1
	if err := set.Save(path); err != nil {
		t.Fatal(err)
	}
	_, err = r.Evaluate(ctx, d, 0)
	badInput(t, err, "no longer what")
}
