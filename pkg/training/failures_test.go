package training

import (
	"context"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/pkg/badinput"
)

func TestAJudgeRestartsAFailedStart(t *testing.T) {
	dir := t.TempDir()
	var told []string
	o := everyStep(dir, func(e Event) {
		if e.Kind == Restarted {
			told = append(told, fmt.Sprintf("attempt %d: %s", e.Attempt, e.Message))
		}
	})
	task := &judged{newRegression(t, 30), 2, 9}
	s := train(t, task, o)
	if want := []string{"attempt 1: the loss does not fall", "attempt 2: the loss does not fall"}; !slices.Equal(told, want) {
		t.Errorf("told %q", told)
	}
	if s.Attempt != 2 || s.Steps != 30 {
		t.Errorf("summary %+v", s)
	}
	// The attempt is a training of its own: nothing of the ones before is left in it.
	alone := newRegression(t, 30)
	alone.attempt = 2
	if err := alone.initialise(); err != nil {
		t.Fatal(err)
	}
	aloneDir := t.TempDir()
	train(t, alone, everyStep(aloneDir))
	sameValues(t, values(t, task.store), values(t, alone.store))

	log := course(t, dir)
	if want := []Restart{{1, 10, "the loss does not fall"}, {2, 10, "the loss does not fall"}}; !slices.Equal(log.Restarts, want) {
		t.Errorf("restarts %v", log.Restarts)
	}
	if log.Attempt != 2 || len(log.Earlier) != 2 || len(log.Earlier[1].Steps) != 10 || !slices.Equal(log.Losses["loss"], course(t, aloneDir).Losses["loss"]) {
		t.Errorf("log %+v", log)
	}
}

// Interrupts before, at and after the step at which the first attempt is given up.
func TestResumingAcrossRestarts(t *testing.T) {
	whole := t.TempDir()
	task := &judged{newRegression(t, 30), 1, 9}
	train(t, task, everyStep(whole))
	for _, stop := range []struct{ attempt, step int }{{0, 9}, {0, 10}, {1, 1}, {1, 10}, {1, 29}} {
		t.Run(fmt.Sprint(stop), func(t *testing.T) {
			dir := t.TempDir()
			ctx, cancel := context.WithCancel(context.Background())
			first := everyStep(dir, func(e Event) {
				if e.Kind == Progress && e.Attempt == stop.attempt && e.Step == stop.step {
					cancel()
				}
			})
			if s, err := Run(ctx, &judged{newRegression(t, 30), 1, 9}, first); err != nil || !s.Interrupted || s.Attempt != stop.attempt {
				t.Fatalf("%+v, %v", s, err)
			}
			resumed := &judged{newRegression(t, 30), 1, 9}
			second := everyStep(dir)
			second.Resume = true
			if s := train(t, resumed, second); s.Attempt != 1 || s.Steps != 30 {
				t.Errorf("summary %+v", s)
			}
			sameValues(t, values(t, resumed.store), values(t, task.store))
			if a, b := course(t, dir), course(t, whole); !reflect.DeepEqual(a, b) {
				t.Errorf("log %+v, want %+v", a, b)
			}
		})
	}
}

func TestDivergenceKeepsTheLastGoodCheckpoint(t *testing.T) {
	dir := t.TempDir()
	task := newRegression(t, 50)
	var good map[string]*tensors.Tensor
	o := everyStep(dir, func(e Event) {
		if e.Kind == Checkpointed {
			good = values(t, task.store)
		}
	})
	o.CheckpointEvery = 1
	task.spoil = func(step int, l Losses) {
		if step == 20 {
			l["size"] = nan64
		}
	}
	_, err := Run(context.Background(), task, o)
	if err == nil || badinput.Is(err) || !strings.Contains(err.Error(), "step 21") || !strings.Contains(err.Error(), `"size" became NaN`) ||
		!strings.Contains(err.Error(), "checkpoint, of step 20, is kept") {
		t.Errorf("got %v", err)
	}
	loaded := model.NewStore()
	if meta, err := LoadCheckpoint(filepath.Join(dir, CheckpointFile), loaded); err != nil || meta.Step != 20 {
		t.Fatalf("%+v, %v", meta, err)
	}
	sameValues(t, values(t, loaded), good)
	if log := course(t, dir); len(log.Steps) != 20 {
		t.Errorf("the log has %d points", len(log.Steps))
	}

	// Also when the interrupt comes with the bad step, and before anything was saved.
	ctx, cancel := context.WithCancel(context.Background())
	early := newRegression(t, 50)
	early.spoil = func(step int, l Losses) { l["loss"] = -1 / (l["loss"] * 0); cancel() }
	empty := t.TempDir()
	if _, err := Run(ctx, early, everyStep(empty)); err == nil || !strings.Contains(err.Error(), `"loss" became -Inf; no checkpoint`) {
		t.Errorf("got %v", err)
	}
	if HasCheckpoint(empty) {
		t.Error("a checkpoint of a diverged training was written")
	}
}

func TestWeightsThatAreNotFiniteAreNeverSaved(t *testing.T) {
	dir := t.TempDir()
	task := newRegression(t, 50)
	o := everyStep(dir)
	o.CheckpointEvery = 1
	task.before = func(step int) error {
		if step == 10 {
			task.exec = spoiled(t, task.store)
		}
		return nil
	}
	_, err := Run(context.Background(), task, o)
	if err == nil || !strings.Contains(err.Error(), "step 11: the trainable variable /layer/b holds +Inf") {
		t.Errorf("got %v", err)
	}
	if meta, err := ReadMeta(filepath.Join(dir, CheckpointFile)); err != nil || meta.Step != 10 {
		t.Errorf("%+v, %v", meta, err)
	}
}

// spoiled is a step that returns finite losses and makes a weight infinite.
func spoiled(t *testing.T, store *model.Store) *model.Exec {
	exec, err := model.NewExec(backend, store, func(scope *model.Scope, x, y *graph.Node) (loss, size *graph.Node) {
		b := store.GetVariable("/layer/b")
		b.SetNodeValue(graph.Div(graph.OnesLike(b.NodeValue(x.Graph())), graph.ZerosLike(b.NodeValue(x.Graph()))))
		return graph.ReduceAllMean(x), graph.ReduceAllMean(y)
	})
	if err != nil {
		t.Fatal(err)
	}
	return exec
}

// A RestartPolicy may take divergence for a failed start.
func TestAJudgeMayRestartADivergedTraining(t *testing.T) {
	task := &judged{newRegression(t, 20), 1, 4}
	task.spoil = func(step int, l Losses) {
		if task.attempt == 0 && step == 4 {
			l["loss"] = nan64
		}
	}
	if s := train(t, task, everyStep(t.TempDir())); s.Attempt != 1 || s.Steps != 20 || s.Loss != s.Loss {
		t.Errorf("summary %+v", s)
	}
}

func TestPanicsOfGraphsAreErrors(t *testing.T) {
	for name, mistake := range map[string]func(task *regression){
		"in a program": func(task *regression) {
			model.MustNewExec(backend, task.store, func(_ *model.Scope, x *graph.Node) *graph.Node { return graph.Dot(x, x).MatMul() }).MustCall1([][]float32{{1, 2, 3}})
		},
		"a graph's": func(*regression) { panic(errBroken) },
		"a string":  func(*regression) { panic("broken") },
		"Go's":      func(*regression) { _ = []int{}[len(t.Name())] },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			task := newRegression(t, 5)
			task.before = func(step int) error {
				if step == 2 {
					mistake(task)
				}
				return nil
			}
			if _, err := Run(context.Background(), task, everyStep(dir)); err == nil || !strings.HasPrefix(err.Error(), "step 3 of the training failed: ") {
				t.Errorf("got %v", err)
			}
			release, err := acquire(dir) // the lock was let go of
			if err != nil {
				t.Fatal(err)
			}
			release()
		})
	}
}

// A weight or a moment that overflows while the loss is finite ends the training at that step, by its name, and no checkpoint
// holds it.
func TestABadVariableEndsTheTraining(t *testing.T) {
	for _, path := range []string{"/layer/w", "/AdamOptimizer/layer/w_2nd_moment"} {
		task := newRegression(t, 50)
		o := everyStep(t.TempDir())
		o.CheckpointEvery = 1
		task.spoil = func(step int, l Losses) {
			if step == 20 {
				bad := tensors.FromFlatDataAndDimensions([]float32{0, float32(math.Inf(1)), 0}, 3, 1)
				if err := task.store.GetVariable(path).SetValue(bad); err != nil {
					t.Error(err)
				}
			}
		}
		_, err := Run(context.Background(), task, o)
		if !errors.Is(err, ErrDiverged) || !strings.Contains(err.Error(), "at step 21: the ") || !strings.Contains(err.Error(), path+" holds +Inf") ||
			!strings.Contains(err.Error(), "checkpoint, of step 20, is kept") {
			t.Errorf("got %v", err)
		}
	}
}

// What went bad is told from its part on: the sum follows from it.
func TestThePartThatWentBadIsNamedFirst(t *testing.T) {
	got := notFinite(Losses{"loss": nan64, "kl": 1, "mse": math.Inf(1), "gradient": nan64})
	if want := `"mse" became +Inf, and "loss" became NaN, and "gradient" became NaN`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
