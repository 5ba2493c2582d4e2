package notebook

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/physics"
	"hgn.local/pkg/runs"
	"hgn.local/pkg/training"
)

// ended is what a cell has left behind.
type ended struct {
	code           int // of the exit; -1 where the cell ran to its end
	stdout, stderr string
}

// inCell runs f as a cell's program, in which exit ends the goroutine.
func inCell(t *testing.T, f func()) ended {
	t.Helper()
	var out, errs bytes.Buffer
	code := -1
	stdout, stderr, exit = &out, &errs, func(c int) { code = c; runtime.Goexit() }
	t.Cleanup(func() { stdout, stderr, exit = os.Stdout, os.Stderr, os.Exit })
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	<-done
	return ended{code, out.String(), errs.String()}
}

// runsHere makes an empty folder the one of the runs.
func runsHere(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("HGN_RUNS", dir)
	t.Setenv("GOMLX_BACKEND", "go")
	return dir
}

// tiny are parameters of a model that trains in a second.
func tiny() hgn.Params {
	p := hgn.Quick()
	p.EnergyHidden, p.FrameFeatures, p.EncoderHidden, p.StateHidden, p.DecoderHidden = []int{8}, 4, []int{16}, []int{8}, []int{16}
	p.Z, p.Steps, p.Batch, p.Restarts, p.Refine = 4, 12, 8, 0, 0
	return p
}

// tinyData are 40 videos of 8 frames.
func tinyData() *Data {
	return Simulate(physics.Pendulum(), Trajectories(40), Frames(8), Size(16))
}

// must fails the test unless a cell ran to its end.
func must(t *testing.T, e ended) string {
	t.Helper()
	if e.code != -1 {
		t.Fatalf("the cell ended with exit code %d: %s", e.code, e.stderr)
	}
	return e.stdout
}

func TestCellsOfANotebook(t *testing.T) {
	dir := runsHere(t)
	must(t, inCell(t, func() {
		data := tinyData()
		Show(data)
		run := Train("tiny", tiny(), data)
		Show(run)
	}))
	looking := must(t, inCell(t, func() {
		run := Open("tiny")
		Show(run.Rollout(Steps(20), Dt(-0.125), Trajectory(3)), run.Rollout())
		Animate(run.Rollout(), run.Rollout(Dt(-0.125)), run.Rollout(Dt(0.25)))
		Energy(run)
		PhasePortrait(run)
		Landscape(run)
		KineticPotential(run)
		Measures(run)
	}))
	for _, file := range []string{
		"pendulum_videos.png", "tiny/training.png", "tiny/curve.png", "tiny/reconstruction.png", "tiny/report.json",
		"tiny/rollout_video3_dt-0.125.png", "tiny/rollout_video0_dt0.125.png", "tiny/energy.png", "tiny/phase_portrait.png",
		"tiny/landscape.png", "tiny/kinetic_potential.png", "tiny/animation_video0_dt0.125_video0_dt-0.125_video0_dt0.25.gif",
	} {
		if info, err := os.Stat(filepath.Join(dir, file)); err != nil || info.Size() < 500 {
			t.Errorf("no picture %s: %v", file, err)
		}
	}
	for _, text := range []string{"rollout backward", "pixel MSE", "knows nothing"} {
		if !strings.Contains(looking, text) {
			t.Errorf("the measures say nothing of %q:\n%s", text, looking)
		}
	}
}

func TestFinishedRunIsShownAndNotTrained(t *testing.T) {
	dir := runsHere(t)
	must(t, inCell(t, func() { Train("tiny", tiny(), tinyData()) }))
	checkpoint := filepath.Join(dir, "tiny", training.CheckpointFile)
	before, err := os.ReadFile(checkpoint)
	if err != nil {
		t.Fatal(err)
	}
	picture := filepath.Join(dir, "tiny", "training.png")
	if err := os.Remove(picture); err != nil {
		t.Fatal(err)
	}
	again := must(t, inCell(t, func() { Train("tiny", tiny(), tinyData()) }))
	after, err := os.ReadFile(checkpoint)
	if err != nil || !bytes.Equal(before, after) {
		t.Error("the checkpoint of a finished run has changed")
	}
	if !strings.Contains(again, "trained before: 12 steps") {
		t.Errorf("it is not said that the run was trained before:\n%s", again)
	}
	if _, err := os.Stat(picture); err != nil {
		t.Error("the finished run is not shown:", err)
	}
}

// writer is a function that is told what is written.
type writer func(p []byte)

func (w writer) Write(p []byte) (int, error) { w(p); return len(p), nil }

// TestInterruptedTrainingGoesOn stops a training after its first step, as a signal does, and compares what the next cell makes
// of it with a training that was not stopped.
func TestInterruptedTrainingGoesOn(t *testing.T) {
	dir := runsHere(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stopped := inCell(t, func() {
		stdout = writer(func(p []byte) {
			if bytes.Contains(p, []byte("step 1/")) {
				cancel()
			}
		})
		cell(func() error { _, err := train(ctx, "tiny", tiny(), tinyData(), nil); return err })
	})
	if stopped.code != exitInterrupted || !strings.Contains(stopped.stderr, "run the cell again to go on") || lines(stopped.stderr) != 1 {
		t.Fatalf("an interrupted cell ended with code %d and %q", stopped.code, stopped.stderr)
	}
	meta, err := training.ReadMeta(filepath.Join(dir, "tiny", training.CheckpointFile))
	if err != nil || meta.Step < 1 || meta.Step >= 12 {
		t.Fatalf("the interrupt saved step %d of 12: %v", meta.Step, err)
	}
	out := must(t, inCell(t, func() { Train("tiny", tiny(), tinyData()) }))
	if !strings.Contains(out, "going on from step") {
		t.Errorf("it is not said that the training goes on:\n%s", out)
	}
	must(t, inCell(t, func() { Train("whole", tiny(), tinyData()) }))
	a, errA := training.ReadMeta(filepath.Join(dir, "tiny", training.CheckpointFile))
	b, errB := training.ReadMeta(filepath.Join(dir, "whole", training.CheckpointFile))
	if errA != nil || errB != nil || a.Step != 12 || a.Losses["loss"] != b.Losses["loss"] {
		t.Errorf("after an interrupt the loss is %v, without %v (%v, %v)", a.Losses, b.Losses, errA, errB)
	}
}

func TestMistakesAreOneSentence(t *testing.T) {
	dir := runsHere(t)
	must(t, inCell(t, func() { Train("one", tiny(), tinyData()); Train("two", tiny(), tinyData()) }))
	damaged := filepath.Join(dir, "damaged")
	if err := os.MkdirAll(damaged, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(damaged, "run.json"), []byte("{"), 0o644); err != nil {
		t.Fatal(err)
	}
	weightless := physics.Pendulum()
	weightless.Mass = 0
	for _, c := range []struct {
		name string
		f    func()
		says []string
	}{
		{"unknown run", func() { Open("three") }, []string{`no run "three"`, "one, two", "nb.Train"}},
		{"damaged run", func() { Open("damaged") }, []string{"damaged"}},
		{"no name", func() { Open("../one") }, []string{"no name for a run"}},
		{"constants that cannot be", func() { Simulate(weightless) }, []string{"mass of pendulum"}},
		{"no system", func() { Simulate(nil) }, []string{"physics.Pendulum()"}},
		{"no data", func() { Train("four", tiny(), nil) }, []string{"nb.Simulate"}},
		{"recipe", func() { Simulate(physics.Pendulum(), Frames(1)) }, []string{"at least 2 frames"}},
		{"noise", func() { Simulate(physics.Pendulum(), Noise(-1)) }, []string{"negative"}},
		{"no file", func() { Load(filepath.Join(dir, "none.npz")) }, []string{"none.npz"}},
		{"option of another call", func() { Simulate(physics.Pendulum(), Steps(3)) }, []string{"nb.Steps", "nb.Frames"}},
		{"other parameters", func() { p := tiny(); p.Steps, p.Z = 20, 5; Train("one", p, tinyData()) }, []string{"steps 12 instead of 20", "z 4 instead of 5", "another name"}},
		{"other data", func() { Train("one", tiny(), Simulate(physics.Pendulum(), Trajectories(41), Frames(8), Size(16))) }, []string{"trajectories 40 instead of 41"}},
		{"parameters that cannot be", func() { p := tiny(); p.Batch = 0; Train("five", p, tinyData()) }, []string{"batch"}},
		{"no such video", func() { Open("one").Rollout(Trajectory(500)) }, []string{"0 to 199"}},
		{"dt", func() { Open("one").Rollout(Dt(0)) }, []string{"dt"}},
		{"steps", func() { Open("one").Rollout(Steps(0)) }, []string{"steps"}},
		{"orbits", func() { PhasePortrait(Open("one"), Trajectories(0)) }, []string{"orbits"}},
		{"no system to show", func() { System(nil) }, []string{"nb.System", "physics.Pendulum()"}},
		{"trajectories of a system", func() { System(physics.Pendulum(), Trajectories(0)) }, []string{"trajector"}},
		{"way to itself", func() { Interpolate(Open("one"), From(1)) }, []string{"nb.From", "nb.To"}},
		{"states on a way", func() { Interpolate(Open("one"), Trajectories(1)) }, []string{"2 to 20"}},
		{"end of a way", func() { Interpolate(Open("one"), To(500)) }, []string{"0 to 199"}},
		{"samples", func() { Samples(Open("one"), Trajectories(0)) }, []string{"1 to 20"}},
		{"steps of samples", func() { Samples(Open("one"), Steps(100_000)) }, []string{"16666"}},
		{"deterministic samples", func() { p := tiny(); p.Deterministic = true; Samples(Train("six", p, tinyData())) }, []string{"deterministic"}},
		{"nothing to compare", func() { PerStep() }, []string{"nb.PerStep"}},
		{"nothing that conserves", func() { Conservation(nil) }, []string{"nb.Conservation"}},
		{"nothing to animate", func() { Animate() }, []string{"nb.Animate"}},
		{"nothing to show", func() { Show(3) }, []string{"int"}},
		{"panic", func() { cell(func() error { panic("in a graph") }) }, []string{"internal error", "in a graph"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := inCell(t, func() { c.f(); t.Error("the cell went on") })
			if e.code != exitFailed || lines(e.stderr) != 1 {
				t.Errorf("exit code %d with %q", e.code, e.stderr)
			}
			for _, text := range c.says {
				if !strings.Contains(e.stderr, text) {
					t.Errorf("%q does not say %q", e.stderr, text)
				}
			}
		})
	}
}

// TestVideosOfOnesOwn trains on frames without states: pictures lack the truth, and nothing else.
func TestVideosOfOnesOwn(t *testing.T) {
	dir := runsHere(t)
	set, err := dataset.Recipe{System: "mass_spring", Trajectories: 30, Frames: 8, Size: 16, Dt: 0.125, Noise: -1, Seed: 3}.Generate(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	set.System, set.Q, set.P, set.Energy, set.Recipe = "", nil, nil, nil, nil
	file := filepath.Join(dir, "own.npz")
	if err := set.Save(file); err != nil {
		t.Fatal(err)
	}
	out := must(t, inCell(t, func() {
		data := Load(file)
		run := Train("own", tiny(), data)
		Show(data, run, run.Rollout(), "**text**")
		Animate(run.Rollout())
		Energy(run)
		PhasePortrait(run)
		Landscape(run)
		KineticPotential(run)
		Measures(run)
	}))
	if !strings.Contains(out, "**text**") || !strings.Contains(out, "there is no true energy") || !strings.Contains(out, "<- chosen") {
		t.Errorf("unexpected text:\n%s", out)
	}
	if run := Open("own"); run.Searched != "search" {
		t.Errorf("the latent of videos of one's own is not searched: %s", run.Config)
	}
}

func TestMeasuresAreKeptForACheckpoint(t *testing.T) {
	dir := runsHere(t)
	must(t, inCell(t, func() { Measures(Train("tiny", tiny(), tinyData())) }))
	path := filepath.Join(dir, "tiny", runs.ReportFile)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	altered := bytes.Replace(text, []byte(`"backend": "go"`), []byte(`"backend": "kept"`), 1)
	if err := os.WriteFile(path, altered, 0o644); err != nil {
		t.Fatal(err)
	}
	if out := must(t, inCell(t, func() { Measures(Open("tiny")) })); !strings.Contains(out, "on kept") {
		t.Errorf("the kept measures were not used:\n%s", out)
	}
	stale := bytes.Replace(altered, []byte(`"checkpoint": "`), []byte(`"checkpoint": "0`), 1)
	if err := os.WriteFile(path, stale, 0o644); err != nil {
		t.Fatal(err)
	}
	if out := must(t, inCell(t, func() { Measures(Open("tiny")) })); !strings.Contains(out, "on go") {
		t.Errorf("measures of another checkpoint were used:\n%s", out)
	}
}

func TestRolloutNames(t *testing.T) {
	runsHere(t)
	var names []string
	must(t, inCell(t, func() {
		run := Train("tiny", tiny(), tinyData())
		for _, dt := range []float64{0.125, -0.125, 0.25, -0.0625, 0.3} {
			names = append(names, run.Rollout(Dt(dt), Steps(2)).Name())
		}
	}))
	want := []string{"forward", "backward", "double speed", "backward, half speed", "2.4 × speed"}
	if !slices.Equal(names, want) {
		t.Errorf("rollouts are named %q, want %q", names, want)
	}
}

func lines(s string) int { return strings.Count(s, "\n") }
