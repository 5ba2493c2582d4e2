package training

import (
	"context"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gomlx/gomlx/ml/model"
)

// curriculum is a task of three stages, whose steps take longer and longer, each with a program of its own.
type curriculum struct {
	still
	takes    [3]time.Duration // of a step
	works    [3]float64       // as the task estimates it
	compiled [3]bool
}

const compileTime = 3 * time.Second

func (c *curriculum) at(step int) int {
	switch share := float64(step) / float64(c.steps); {
	case share < 0.12:
		return 0
	case share < 0.4:
		return 1
	}
	return 2
}

func (c *curriculum) Stage(step int) any    { return c.at(step) }
func (c *curriculum) Work(step int) float64 { return c.works[c.at(step)] }
func (c *curriculum) Compiles(step int) string {
	if c.compiled[c.at(step)] {
		return ""
	}
	return "the training step"
}

func (c *curriculum) Step(step int) (Losses, error) {
	k := c.at(step)
	if !c.compiled[k] {
		time.Sleep(compileTime)
	}
	c.compiled[k] = true
	time.Sleep(c.takes[k])
	return c.still.Step(step)
}

// looked is a curriculum that is measured on held-out data, which takes long, and longest at first.
type looked struct{ *curriculum }

func (l looked) HeldOut(step int) (float64, bool, error) {
	time.Sleep(5 * time.Second)
	if step < 50 {
		time.Sleep(time.Minute)
	}
	return 1, true, nil
}

// After a tenth of the steps, and from there on, the time left is right within 20%, though the later steps of a curriculum take
// up to five times as long as the first. Without an estimate of their work it would be far off.
func TestTimeLeft(t *testing.T) {
	worst := func(works [3]float64, held bool) (off float64, compiling int) {
		type guess struct{ at, left time.Duration }
		var guesses []guess
		var end time.Duration
		synctest.Test(t, func(t *testing.T) {
			store := model.NewStore()
			store.RootScope().VariableWithValue("w", float32(1))
			task := &curriculum{still: still{1400, store}, works: works, takes: [3]time.Duration{20 * time.Millisecond, 45 * time.Millisecond, 100 * time.Millisecond}}
			var asked Task = task
			if held {
				asked = looked{task}
			}
			began := time.Now()
			_, err := Run(context.Background(), asked, Options{Dir: t.TempDir(), CheckpointEvery: time.Hour, Observe: []func(Event){func(e Event) {
				switch {
				case e.Kind == Compiling:
					compiling++
				case e.Kind == Progress && e.Step >= e.Steps/10 && e.Step < e.Steps*95/100:
					guesses = append(guesses, guess{time.Since(began), e.Left})
				}
			}}})
			if err != nil {
				t.Error(err)
			}
			end = time.Since(began)
		})
		for _, g := range guesses {
			off = max(off, math.Abs(g.left.Seconds()/(end-g.at).Seconds()-1))
		}
		return off, compiling
	}
	for _, held := range []bool{false, true} {
		off, compiling := worst([3]float64{1, 2.5, 4.5}, held) // the estimates are off by a tenth
		if off > 0.2 || compiling != 3 {
			t.Errorf("held out %v: the time left is off by up to %.0f%%, and %d programs were announced", held, 100*off, compiling)
		}
	}
	if off, _ := worst([3]float64{}, false); off < 0.4 {
		t.Errorf("without an estimate the time left is off by %.0f%% only: the test cannot fail", 100*off)
	}
}
