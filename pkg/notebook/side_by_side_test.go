package notebook

import (
	"archive/zip"
	"bytes"
	"context"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/pkg/physics"
	"hgn.local/pkg/training"
)

// tinyPair are two models with different steps and different numbers of them.
func tinyPair() (a, b hgn.Params) {
	a, b = tiny(), tiny()
	b.Steps, b.Integrator = 8, "euler"
	return a, b
}

// weights are the checksums of the variables in a run's checkpoint.
func weights(t *testing.T, run string) map[string]uint32 {
	t.Helper()
	archive, err := zip.OpenReader(filepath.Join(Folder(), run, training.CheckpointFile))
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	out := map[string]uint32{}
	for _, f := range archive.File {
		if strings.HasSuffix(f.Name, ".npy") {
			out[f.Name] = f.CRC32
		}
	}
	return out
}

// same fails the test unless two runs have the same curve and the same weights, bit for bit.
func same(t *testing.T, a, b string) {
	t.Helper()
	logA, errA := training.ReadLog(filepath.Join(Folder(), a))
	logB, errB := training.ReadLog(filepath.Join(Folder(), b))
	if errA != nil || errB != nil {
		t.Fatal(errA, errB)
	}
	if !reflect.DeepEqual(logA.Losses, logB.Losses) || !reflect.DeepEqual(logA.Steps, logB.Steps) || !reflect.DeepEqual(logA.HeldOut, logB.HeldOut) {
		t.Errorf("the curves of %s and %s differ", a, b)
	}
	if w := weights(t, a); len(w) < 5 || !reflect.DeepEqual(w, weights(t, b)) {
		t.Errorf("the %d weights of %s and %s differ", len(w), a, b)
	}
}

// Trainings side by side, also when they are interrupted and go on, have the results that they have alone.
func TestSideBySide(t *testing.T) {
	dir := runsHere(t)
	defer func(every time.Duration) { sayEvery = every }(sayEvery)
	sayEvery = 0
	pa, pb := tinyPair()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stopped := inCell(t, func() {
		stdout = writer(func(p []byte) {
			if bytes.Contains(p, []byte("b: step 1/")) {
				cancel()
			}
		})
		cell(func() error {
			_, err := sideBySide(ctx, []Lane{Training("a", pa, tinyData()), Training("b", pb, tinyData())})
			return err
		})
	})
	if stopped.code != exitInterrupted || lines(stopped.stderr) != 1 || !strings.Contains(stopped.stderr, `"a" at step`) || !strings.Contains(stopped.stderr, `"b" at step 1 of 8`) {
		t.Fatalf("an interrupted cell ended with code %d and %q", stopped.code, stopped.stderr)
	}
	for name, steps := range map[string]int{"a": 12, "b": 8} {
		if meta, err := training.ReadMeta(filepath.Join(dir, name, training.CheckpointFile)); err != nil || meta.Step < 1 || meta.Step > steps/2 {
			t.Errorf("the interrupt saved step %d of %s: %v", meta.Step, name, err)
		}
	}
	out := must(t, inCell(t, func() {
		SideBySide(Training("a", pa, tinyData()), Training("b", pb, tinyData()))
		Train("alone a", pa, tinyData())
		Train("alone b", pb, tinyData())
	}))
	for _, text := range []string{"a: going on from step", "b: going on from step", "a: 12 steps in", "b: 8 steps in", "what each has learned"} {
		if !strings.Contains(out, text) {
			t.Errorf("it is not said %q:\n%s", text, out)
		}
	}
	same(t, "a", "alone a")
	same(t, "b", "alone b")
	if info, err := os.Stat(filepath.Join(dir, "side_by_side_a_b.png")); err != nil || info.Size() < 5000 {
		t.Errorf("no picture: %v", err)
	}
	again := must(t, inCell(t, func() { SideBySide(Training("a", pa, tinyData()), Training("b", pb, tinyData())) }))
	if !strings.Contains(again, "a: trained before: 12 steps") || !strings.Contains(again, "b: trained before: 8 steps") {
		t.Errorf("trained runs are not shown:\n%s", again)
	}
}

// Densities are trained side by side in the same way, by models of any kind.
func TestDensitiesSideBySide(t *testing.T) {
	runsHere(t)
	data := Density("gaussians4", Points(500))
	out := must(t, inCell(t, func() {
		SideBySide(Training("flow", tinyFlow(), data), Training("rnvp", tinyRNVP(), data))
		Train("alone", tinyRNVP(), data)
	}))
	same(t, "rnvp", "alone")
	if !strings.Contains(out, "side_by_side_flow_rnvp.png") {
		t.Errorf("there is no picture:\n%s", out)
	}
}

// Data of several trainings are made once, and shown once.
func TestSharedData(t *testing.T) {
	runsHere(t)
	var made sharedData
	var first *Run
	for i, c := range []struct {
		name string
		data *Data
		same bool
	}{{"a", tinyData(), true}, {"b", tinyData(), true}, {"c", Simulate(physics.Pendulum(), Trajectories(40), Frames(8), Size(16), Seed(2)), false}} {
		r, _, err := prepare("Training", c.name, tiny(), c.data, nil)
		if err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = r
		}
		if same := r.Data.Same(first.Data); same != c.same {
			t.Errorf("%s has the same data: %v", c.name, same)
		}
		set, err := made.of(r)(t.Context())
		if err != nil || set.Set == nil || (set.Set == made[0].set.Set) != c.same {
			t.Errorf("%s has data of its own, or not: %v", c.name, err)
		}
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := made.of(first)(over); err == nil {
		t.Error("data after an interrupt")
	}
}

func TestMistakesSideBySide(t *testing.T) {
	runsHere(t)
	for _, c := range []struct {
		name  string
		lanes []Lane
		says  string
	}{
		{"one", []Lane{Training("a", tiny(), tinyData())}, "two trainings"},
		{"one name", []Lane{Training("a", tiny(), tinyData()), Training("a", tiny(), tinyData())}, `called "a"`},
		{"no data", []Lane{Training("a", tiny(), tinyData()), Training("b", tiny(), nil)}, "nb.Training needs data"},
		{"option", []Lane{Training("a", tiny(), tinyData(), Quiet()), Training("b", tiny(), tinyData())}, "nb.Quiet does not apply to nb.Training"},
		{"kinds", []Lane{Training("a", tiny(), tinyData()), Training("c", tinyFlow(), Density("gaussians4", Points(500)))}, "one kind"},
		{"models", []Lane{Training("a", tiny(), tinyData()), Training("d", tinyHNN("pixels"), tinyData())}, "HNN"},
		{"sizes", []Lane{Training("a", tiny(), tinyData()), Training("e", tiny(), Simulate(physics.Pendulum(), Trajectories(40), Frames(8), Size(20)))}, "different sizes"},
	} {
		e := inCell(t, func() { SideBySide(c.lanes...) })
		if e.code != exitFailed || lines(e.stderr) != 1 || !strings.Contains(e.stderr, c.says) {
			t.Errorf("%s: exit code %d with %q", c.name, e.code, e.stderr)
		}
	}
}

// A training that fails does not stop the others.
func TestOneOfTwoFails(t *testing.T) {
	dir := runsHere(t)
	if _, _, err := prepare("Training", "bad", tiny(), tinyData(), nil); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "bad", training.CheckpointFile), []byte("no archive"), 0o644); err != nil {
		t.Fatal(err)
	}
	e := inCell(t, func() { SideBySide(Training("bad", tiny(), tinyData()), Training("good", tiny(), tinyData())) })
	if e.code != exitFailed || lines(e.stderr) != 1 || !strings.Contains(e.stderr, `the training of "bad" failed: `) {
		t.Errorf("exit code %d with %q", e.code, e.stderr)
	}
	if meta, err := training.ReadMeta(filepath.Join(dir, "good", training.CheckpointFile)); err != nil || meta.Step != 12 {
		t.Errorf("the other training did %d steps: %v", meta.Step, err)
	}
}

// What is left for all is what each needs, since they take turns.
func TestLeftOfAll(t *testing.T) {
	w := func(left time.Duration, over bool) *watched { return &watched{left: left, over: over} }
	for want, parts := range map[string][]*watched{
		"1m30s left for both": {w(time.Minute, false), w(30*time.Second, false)},
		"2m0s left for all 3": {w(time.Minute, false), w(30*time.Second, false), w(30*time.Second, false)},
		"30s left":            {w(time.Minute, true), w(30*time.Second, false)},
		"":                    {w(time.Minute, false), w(0, false)},
	} {
		if got := (&live{parts: parts}).leftOfAll(); got != want {
			t.Errorf("%q instead of %q", got, want)
		}
	}
}

// The training that has done the smallest share goes next, whatever the numbers of steps.
func TestTurns(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	turns := newTurns(ctx, []float64{0, 0.5})
	for _, c := range []struct {
		i    int
		done float64
		next int
	}{{0, 0.25, 0}, {0, 0.5, 0}, {0, 0.75, 1}, {1, 1, 0}, {0, 1, 0}} {
		turns.wait(c.i)
		if turns.pass(c.i, c.done); turns.next() != c.next {
			t.Errorf("after %v it is the turn of %d", c, turns.next())
		}
	}
	turns.end(0)
	turns.wait(1)
	cancel()
	turns.wait(0) // nobody waits any more
}
