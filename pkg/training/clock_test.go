package training

import (
	"context"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gomlx/gomlx/ml/model"
)

// slow does more in its steps than training, and says so.
type slow struct{ *regression }

func (s slow) Step(step int) (Losses, error) {
	time.Sleep(2 * time.Millisecond)
	return s.regression.Step(step)
}

func (s slow) StepSeconds() float64 { return 0.25 }

// The steps' own time is summed over interrupts, as the task tells it; a checkpoint that knows of none stays without.
func TestStepSecondsTotal(t *testing.T) {
	dir := t.TempDir()
	task := slow{newRegression(t, 8)}
	ctx, cancel := context.WithCancel(t.Context())
	task.before = func(step int) error {
		if step == 4 {
			cancel()
		}
		return nil
	}
	first, err := Run(ctx, task, everyStep(dir))
	if err != nil || first.Steps != 5 || first.StepSecondsTotal != 5*0.25 {
		t.Fatalf("%+v, %v", first, err)
	}
	again := slow{newRegression(t, 8)}
	o := everyStep(dir)
	o.Resume = true
	whole, err := Run(t.Context(), again, o)
	if err != nil || whole.StepSecondsTotal != 8*0.25 || whole.Seconds < 8*0.002 {
		t.Errorf("%+v, %v", whole, err)
	}
	plain, err := Run(t.Context(), newRegression(t, 20), everyStep(t.TempDir()))
	if err != nil || !(plain.StepSecondsTotal > 0) || plain.StepSecondsTotal > plain.Seconds {
		t.Errorf("%+v, %v", plain, err)
	}
	for _, m := range []Meta{{Step: 3}, {Attempt: 1}} {
		if m.clock(1); m.StepSecondsTotal != 0 {
			t.Errorf("a total that counts from %+v on", m)
		}
	}
}

// The time that a training waits for others is not its own.
func TestTurnsDoNotCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := model.NewStore()
		store.RootScope().VariableWithValue("w", float32(1))
		task := &curriculum{still: still{100, store}, takes: [3]time.Duration{time.Second, time.Second, time.Second}, compiled: [3]bool{true, true, true}}
		var steps []int
		off := 0.0
		s, err := Run(t.Context(), task, Options{Dir: t.TempDir(), CheckpointEvery: time.Hour,
			Turn: func(step, of int) { steps = append(steps, step, of); time.Sleep(3 * time.Second) },
			Observe: []func(Event){func(e Event) {
				if e.Kind == Progress && e.Step > 10 && e.Step < e.Steps {
					off = max(off, math.Abs(e.Left.Seconds()/float64(e.Steps-e.Step)-1), math.Abs(e.StepsPerSecond-1))
				}
			}}})
		if err != nil || s.Seconds != 100 || off > 1e-6 {
			t.Errorf("%+v, %v: the pace or the time left is off by %g", s, err, off)
		}
		if len(steps) != 2*101 || steps[0] != 0 || steps[2] != 1 || steps[200] != 100 || steps[201] != 100 {
			t.Errorf("the turns were %v", steps)
		}
	})
}
