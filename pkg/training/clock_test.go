package training

import (
	"context"
	"testing"
	"time"
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
