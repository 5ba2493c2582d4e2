package training

import (
	"math"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// examined is a regression with a held-out measure that is least after step best, and an early stage that begins lower.
type examined struct {
	*regression
	best  int
	taken *[]int // the steps after which it was measured
}

func (e examined) HeldOut(step int) (float64, bool, error) {
	if e.taken != nil {
		*e.taken = append(*e.taken, step+1)
	}
	value := 1 + math.Abs(float64(step+1-e.best))/100
	if step < 100 {
		value = 0.5
	}
	return value, true, nil
}

func (e examined) Stage(step int) any       { return step >= 100 }
func (e examined) Work(int) float64         { return 0 }
func (e examined) Compiles(step int) string { return "" }

// The held-out line has about fifty points, in the log and in the events, and the end is one of them.
func TestHeldOutLine(t *testing.T) {
	for _, steps := range []int{1, 30, 1400, 2101, 15625} {
		n := 0
		for step := gapOf(steps); step <= steps; step += gapOf(steps) {
			if due(step, steps) {
				n++
			}
			if left := measurements(step, steps); left+n != measurements(0, steps) {
				t.Errorf("after %d of %d steps there are %d measurements to come, and were %d", step, steps, left, n)
			}
		}
		if !due(steps, steps) || n > 2*heldOutPoints || n < min(steps, heldOutPoints)-2 {
			t.Errorf("in %d steps there are %d measurements", steps, n)
		}
	}
	dir := t.TempDir()
	var last *float64
	s := train(t, examined{newRegression(t, 300), 200, nil}, everyStep(dir, func(e Event) { last = e.HeldOut }))
	log := course(t, dir)
	steps, values := log.HeldOut.Steps, log.HeldOut.Values
	if len(steps) != 50 || steps[0] != 6 || steps[49] != 300 || values[49] != 2 || last == nil || *last != 2 || *s.HeldOut != 2 {
		t.Errorf("%d measurements at %v: %v; the last is %v", len(steps), steps, values, last)
	}
	if s.Ended != 0 || strings.Contains(files(t, dir), BestFile) {
		t.Errorf("a training that was not asked to looked for its best step: %+v", s)
	}
}

// A training that looks for its best step ends with that step's state, to the last bit, and it does so too if it is interrupted at
// any moment; by the patience it ends early. The first stage, whose measure is lower, does not count.
func TestBestIsKept(t *testing.T) {
	const steps, best = 300, 204
	reached := newRegression(t, best)
	reached.steps = best
	train(t, reached, everyStep(t.TempDir()))
	want := values(t, reached.store)
	for _, c := range []struct{ patience, ended int }{{0, steps}, {5, best + 30}} {
		for _, stop := range []int{0, 150, 204, 210, 233, 234} {
			if stop > 0 && stop >= c.ended {
				continue
			}
			dir := t.TempDir()
			o := everyStep(dir)
			o.Best, o.StopEarly = true, c.patience
			if stop > 0 {
				ctx, observe := interruptAt(stop)
				o.Observe = []func(Event){observe}
				first, err := Run(ctx, examined{newRegression(t, steps), best, nil}, o)
				if err != nil || !first.Interrupted {
					t.Fatalf("%+v, %v", first, err)
				}
				o = everyStep(dir) // the folder knows what was asked for
				o.Resume = true
			}
			task := examined{newRegression(t, steps), best, nil}
			s := train(t, task, o)
			if s.Steps != best || s.Ended != c.ended || *s.HeldOut != 1 || s.Interrupted {
				t.Errorf("patience %d, stopped at %d: %+v, held out %g", c.patience, stop, s, *s.HeldOut)
			}
			sameValues(t, values(t, task.store), want)
			meta, err := ReadMeta(filepath.Join(dir, CheckpointFile))
			if err != nil || !meta.Done(steps) || meta.Step != best {
				t.Errorf("the checkpoint is of step %d: %v", meta.Step, err)
			}
			log := course(t, dir)
			if n := len(log.Steps); n != c.ended {
				t.Errorf("the log has %d points, want %d", n, c.ended)
			}
			// Once more changes nothing.
			o = everyStep(dir)
			o.Resume = true
			var taken []int
			if again := train(t, examined{newRegression(t, steps), best, &taken}, o); again.Steps != best || again.Ended != c.ended || taken != nil {
				t.Errorf("a training that has ended went on: %+v, %v", again, taken)
			}
			if !reflect.DeepEqual(course(t, dir), log) {
				t.Error("its log has changed")
			}
		}
	}
}
