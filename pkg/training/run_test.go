package training

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
)

// everyStep tells and saves after each step.
func everyStep(dir string, observe ...func(Event)) Options {
	return Options{Dir: dir, EventEvery: 1, CheckpointEvery: time.Hour, Observe: observe}
}

// course is what two runs of the same training have in common.
func course(t *testing.T, dir string) Log {
	t.Helper()
	log, err := ReadLog(dir)
	if err != nil {
		t.Fatal(err)
	}
	log.Seconds = nil
	for i := range log.Earlier {
		log.Earlier[i].Seconds = nil
	}
	return log
}

func TestATrainingLearns(t *testing.T) {
	dir := t.TempDir()
	task := newRegression(t, 1200)
	s := train(t, task, Options{Dir: dir})
	w := tensors.MustCopyFlatData[float32](task.store.GetVariable("/layer/w").MustValue())
	for i, x := range w {
		if d := x - float32(i+1); d > 0.02 || d < -0.02 {
			t.Errorf("w = %v, want 1, 2, 3", w)
			break
		}
	}
	if s.Steps != 1200 || s.Interrupted || s.Loss > 0.01 || s.Smoothed["loss"] > 0.01 || s.Smoothed["size"] < 13 ||
		s.StepSecondsMedian <= 0 || s.StepSecondsMedian > s.Seconds/500 {
		t.Errorf("summary %+v", s)
	}
	log := course(t, dir)
	if len(log.Steps) != 1200 || log.Steps[0] != 1 || log.Steps[1199] != 1200 || log.Losses["loss"][0] < 1 || log.Losses["loss"][1199] != s.Loss {
		t.Errorf("the curve has %d points from %g to %g", len(log.Steps), log.Losses["loss"][0], log.Losses["loss"][1199])
	}
}

// However often a training is interrupted, it ends as one that was not: variables, optimizer, generator, curve and means.
func TestInterruptedAndResumedIsUninterrupted(t *testing.T) {
	const steps = 2101 // a point of the curve every 2 steps, and one for the last
	whole, parts := t.TempDir(), t.TempDir()
	task := newRegression(t, steps)
	want := train(t, task, everyStep(whole))
	wanted := values(t, task.store)

	var got Summary
	for i, stop := range []int{1, 2, 3, 1000, 2100, 0} {
		ctx, observe := interruptAt(stop)
		resumed := newRegression(t, steps)
		o := everyStep(parts, observe)
		o.Resume = true
		var err error
		if got, err = Run(ctx, resumed, o); err != nil {
			t.Fatal(err)
		}
		if stop > 0 && (!got.Interrupted || got.Steps != stop) {
			t.Fatalf("interrupt %d: %+v", i, got)
		}
		if stop == 0 {
			sameValues(t, values(t, resumed.store), wanted)
		}
	}
	if got.Interrupted || got.Steps != want.Steps || got.Loss != want.Loss || !maps.Equal(got.Smoothed, want.Smoothed) {
		t.Errorf("summary %+v, want %+v", got, want)
	}
	a, b := course(t, whole), course(t, parts)
	if len(a.Steps) != 1051 || !reflect.DeepEqual(a, b) {
		t.Errorf("curves of %d and %d points differ", len(a.Steps), len(b.Steps))
	}
	loaded := model.NewStore()
	if _, err := LoadCheckpoint(filepath.Join(parts, CheckpointFile), loaded); err != nil {
		t.Fatal(err)
	}
	sameValues(t, values(t, loaded), wanted)
}

// A process that dies leaves a log that has gone beyond its checkpoint, a line of it cut short, and temporary files.
func TestACrashCostsOnlyTime(t *testing.T) {
	whole, crashed := t.TempDir(), t.TempDir()
	ctx, interrupt := interruptAt(100)
	if _, err := Run(ctx, newRegression(t, 200), everyStep(whole, interrupt)); err != nil {
		t.Fatal(err)
	}
	task := newRegression(t, 200)
	o := everyStep(whole, func(e Event) {
		if e.Kind == Progress && e.Step == 150 {
			for _, name := range strings.Fields(files(t, whole)) {
				write1(t, read1(t, whole, name), crashed, name)
			}
		}
	})
	o.Resume = true
	train(t, task, o)
	write1(t, append(read1(t, crashed, LogFile), `{"attempt":0,"step":15`...), crashed, LogFile)
	write1(t, []byte("PK"), crashed, ".checkpoint.npz.123.tmp")
	if got := course(t, crashed); len(got.Steps) != 150 {
		t.Fatalf("the log of the crashed training has %d points, want 150", len(got.Steps))
	}

	resumed := newRegression(t, 200)
	again := everyStep(crashed, func(e Event) {
		if e.Kind == Started && (e.Step != 100 || e.Message != "going on from step 100") {
			t.Errorf("started %+v", e)
		}
	})
	again.Resume = true
	train(t, resumed, again)
	sameValues(t, values(t, resumed.store), values(t, task.store))
	if !reflect.DeepEqual(course(t, crashed), course(t, whole)) {
		t.Error("the curves differ")
	}
	if got := files(t, crashed); got != "checkpoint.npz log.jsonl previous.npz" {
		t.Errorf("the folder holds %s", got)
	}
}

// A training that saves after every step, in a process that is killed again and again, loses nothing either.
func TestKilledProcesses(t *testing.T) {
	const variable, steps = "HGN_TEST_TRAINING_FOLDER", 300
	task := newRegression(t, steps)
	if dir := os.Getenv(variable); dir != "" {
		o := everyStep(dir)
		o.Resume, o.CheckpointEvery = true, 1
		task.before = func(int) error { time.Sleep(time.Millisecond); return nil }
		train(t, task, o)
		return
	}
	dir := t.TempDir()
	random := rand.New(rand.NewPCG(1, 2))
	reached := 0
	for range 4 {
		child := exec.Command(os.Args[0], "-test.run=^TestKilledProcesses$")
		child.Env = append(os.Environ(), variable+"="+dir)
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
			if meta, err := ReadMeta(filepath.Join(dir, CheckpointFile)); err == nil && meta.Step > reached+5 {
				break
			}
		}
		time.Sleep(time.Duration(random.IntN(20000)) * time.Microsecond)
		child.Process.Kill()
		child.Wait()
		meta, err := LoadCheckpoint(filepath.Join(dir, CheckpointFile), model.NewStore())
		if err != nil || meta.Step <= reached {
			t.Fatalf("after step %d: %+v, %v", reached, meta, err)
		}
		reached = meta.Step
	}
	o := everyStep(dir)
	o.Resume = true
	train(t, task, o)
	alone, straight := newRegression(t, steps), t.TempDir()
	train(t, alone, everyStep(straight))
	sameValues(t, values(t, task.store), values(t, alone.store))
	if !reflect.DeepEqual(course(t, dir), course(t, straight)) {
		t.Error("the curves differ")
	}
}

func TestEventsComeInOrder(t *testing.T) {
	var told []string
	o := everyStep(t.TempDir(), func(e Event) {
		told = append(told, fmt.Sprintf("%s %d/%d", e.Kind, e.Step, e.Steps))
		if (e.Losses == nil) != (e.Step == 0) || e.Elapsed < 0 || e.Kind == Progress && e.Step > 2 && (e.StepsPerSecond <= 0 || e.Left <= 0 && e.Step < 4) {
			t.Errorf("event %+v", e)
		}
	})
	train(t, newRegression(t, 4), o)
	want := []string{"started 0/4", "progress 1/4", "progress 2/4", "progress 3/4", "progress 4/4", "checkpointed 4/4", "finished 4/4"}
	if !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}

	told = nil
	ctx, observe := interruptAt(2)
	o.Dir = t.TempDir()
	o.CheckpointEvery = 1
	o.Observe = append(o.Observe, observe)
	if _, err := Run(ctx, newRegression(t, 4), o); err != nil {
		t.Fatal(err)
	}
	want = []string{"started 0/4", "progress 1/4", "checkpointed 1/4", "progress 2/4", "checkpointed 2/4", "interrupted 2/4"}
	if !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
	if meta, err := ReadMeta(filepath.Join(o.Dir, PreviousFile)); err != nil || meta.Step != 1 {
		t.Errorf("the checkpoint before: %+v, %v", meta, err)
	}

	told = nil
	o.Dir = t.TempDir()
	task := newRegression(t, 4)
	task.before = func(step int) error {
		if step == 1 {
			return errBroken
		}
		return nil
	}
	if _, err := Run(context.Background(), task, o); err == nil || !strings.Contains(err.Error(), "step 2") || !strings.Contains(err.Error(), "broken") {
		t.Errorf("got %v", err)
	}
	want = []string{"started 0/4", "progress 1/4", "checkpointed 1/4", "failed 1/4"}
	if !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
}

func TestEventsAreRare(t *testing.T) {
	progress := 0
	o := Options{Dir: t.TempDir(), EventEvery: time.Hour, Observe: []func(Event){func(e Event) {
		if e.Kind == Progress {
			progress++
		}
	}}}
	train(t, newRegression(t, 50), o)
	if progress != 1 {
		t.Errorf("%d progress events in less than the time between two", progress)
	}
}

func TestWhatCannotBeTrainedIsBadInput(t *testing.T) {
	run := func(task Task, o Options) error {
		_, err := Run(context.Background(), task, o)
		return err
	}
	isBad(t, run(newRegression(t, 5), Options{}), "needs a folder")
	isBad(t, run(newRegression(t, 0), Options{Dir: t.TempDir()}), "at least 1 step")
	file := write1(t, nil, t.TempDir(), "file")
	isBad(t, run(newRegression(t, 5), Options{Dir: file}), "choose another")

	dir := t.TempDir()
	train(t, newRegression(t, 5), Options{Dir: dir})
	before := read1(t, dir, CheckpointFile)
	isBad(t, run(newRegression(t, 5), Options{Dir: dir}), "already has a training: resume it, or choose another folder")
	isBad(t, run(newRegression(t, 4), Options{Dir: dir, Resume: true}), "has done 5 steps, more than the 4")
	if string(read1(t, dir, CheckpointFile)) != string(before) {
		t.Error("a refused training changed the checkpoint")
	}
	if s := train(t, newRegression(t, 5), Options{Dir: dir, Resume: true}); s.Steps != 5 || s.Loss <= 0 || s.StepSecondsMedian <= 0 {
		t.Errorf("resuming a training that is done: %+v", s)
	}
	if s := train(t, newRegression(t, 8), Options{Dir: dir, Resume: true}); s.Steps != 8 {
		t.Errorf("resuming with more steps: %+v", s)
	}
}

func TestInterruptBeforeTheFirstStep(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	dir := t.TempDir()
	s, err := Run(ctx, newRegression(t, 5), Options{Dir: dir})
	if err != nil || !s.Interrupted || s.Steps != 0 || HasCheckpoint(dir) {
		t.Errorf("%+v, %v", s, err)
	}
	if s := train(t, newRegression(t, 5), Options{Dir: dir, Resume: true}); s.Steps != 5 {
		t.Errorf("%+v", s)
	}
}

func TestTwoTrainingsNeverShareAFolder(t *testing.T) {
	dir := t.TempDir()
	var second error
	train(t, newRegression(t, 5), everyStep(dir, func(e Event) {
		if e.Kind == Progress && e.Step == 3 {
			_, second = Run(context.Background(), newRegression(t, 5), Options{Dir: dir, Resume: true})
		}
	}))
	isBad(t, second, fmt.Sprintf("another training (process %d) is writing to the folder", os.Getpid()))
	// The file that a process which was killed has left locks nothing.
	if _, err := os.Stat(filepath.Join(dir, lockFile)); err != nil {
		t.Fatal(err)
	}
	train(t, newRegression(t, 6), Options{Dir: dir, Resume: true})
}
