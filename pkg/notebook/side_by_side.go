package notebook

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"

	"github.com/janpfeifer/gonb/gonbui"

	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/runs"
	"hgn.local/pkg/training"
)

// Lane is one of the trainings of SideBySide.
type Lane struct {
	name string
	p    runs.Params
	data *Data
	opts []Option
}

// Training describes a training for SideBySide, as Train takes it. Options: KeepBest, StopEarly.
func Training(name string, p runs.Params, data *Data, opts ...Option) Lane {
	return Lane{name, p, data, opts}
}

// SideBySide trains two models or more beside each other, and returns their runs in this order. One picture shows the
// errors of all on common axes, on training batches and on held-out data, and below them a test video with the
// reconstruction by each model, or the points that each draws. The line below the picture tells the time that is left for
// all.
//
// The trainings take turns, one step at a time, so that all have done the same share of their steps and end at about the
// same time, each with exactly the curve and the weights that Train gives it alone. Interrupting the cell saves all of
// them; running it again continues all. A training that fails does not stop the others. The models must be of one kind:
// models of densities, or models of one type that learn from videos of one size. A run that is trained already is shown,
// and $HGN_STEPS makes all of them trials, as with Train.
func SideBySide(lanes ...Lane) (all []*Run) {
	cell(func() (err error) {
		ctx, stop := untilInterrupted()
		defer stop()
		all, err = sideBySide(ctx, lanes)
		return err
	})
	return all
}

func sideBySide(ctx context.Context, lanes []Lane) ([]*Run, error) {
	if len(lanes) < 2 {
		return nil, mistake("nb.SideBySide needs two trainings, for example nb.SideBySide(nb.Training(\"a\", hgn.Quick(), data), nb.Training(\"b\", hgn.CPU(), data))")
	}
	view := &live{title: "Training", folder: Folder(), name: "side_by_side", id: gonbui.UniqueId(), quit: make(chan struct{})}
	var all []*Run
	note := ""
	for i, lane := range lanes {
		for _, other := range lanes[:i] {
			if other.name == lane.name {
				return nil, mistake("two of the trainings of nb.SideBySide are called %q: give each a name of its own", lane.name)
			}
		}
		r, trial, err := prepare("Training", lane.name, lane.p, lane.data, lane.opts, "KeepBest", "StopEarly")
		if err != nil {
			return nil, err
		}
		all = append(all, r)
		view.name += "_" + r.drawn.Label
		if trial != "" {
			note = trial
		}
		if err := view.add(r); err != nil {
			return nil, err
		}
	}
	if err := view.comparable(); err != nil {
		return nil, err
	}
	d, err := openDevice()
	if err != nil {
		return nil, err
	}
	err = view.trainAll(ctx, d)
	if note != "" {
		showNote("%s", note)
	}
	return all, err
}

// comparable fails unless one picture can show all the runs.
func (l *live) comparable() error {
	first := l.parts[0].run
	for _, w := range l.parts[1:] {
		r := w.run
		switch {
		case r.OfDensity() != first.OfDensity():
			return mistake("one of the runs %q and %q learns a density, and the other does not: nb.SideBySide takes runs of one kind", first.Name(), r.Name())
		case r.OfDensity():
		case r.Config.Model != first.Config.Model:
			return mistake("the run %q is of an %s and %q of an %s, whose errors are not of one kind: train them one after the other, and show them with nb.Table", first.Name(), strings.ToUpper(first.Config.Model), r.Name(), strings.ToUpper(r.Config.Model))
		case w.scene.(*videoScene).test.Size != l.parts[0].scene.(*videoScene).test.Size:
			return mistake("the videos of the runs %q and %q are of different sizes: give both data nb.Size of the same number", first.Name(), r.Name())
		}
	}
	return nil
}

// trainAll trains all parts of the view.
func (l *live) trainAll(ctx context.Context, d *device.Device) error {
	l.start()
	defer l.stop()
	shares := make([]float64, len(l.parts))
	for i, w := range l.parts {
		if meta, err := training.ReadMeta(filepath.Join(w.run.Dir, training.CheckpointFile)); err == nil {
			shares[i] = share(meta.Step, w.run.Params.Plan().Steps)
		}
	}
	t, made := newTurns(ctx, shares), sharedData{}
	errs := make([]error, len(l.parts))
	var trainings sync.WaitGroup
	for i, w := range l.parts {
		trainings.Go(func() {
			defer t.end(i)
			t.wait(i)
			errs[i] = guarded(func() error {
				if finished(w.run.Run) {
					return w.load()
				}
				return w.train(ctx, d, made.of(w.run), func(step, steps int) {
					t.pass(i, share(step, steps))
					t.wait(i)
				})
			})
		})
	}
	trainings.Wait()
	err := l.outcome(errs)
	if drawn := l.end(); err == nil {
		err = drawn
	}
	return err
}

// outcome returns one error for those of all trainings, in one sentence.
func (l *live) outcome(errs []error) error {
	var failed []string
	var places []string
	for i, w := range l.parts {
		switch {
		case w.broken != "":
			places = append(places, w.broken)
		case errs[i] != nil:
			failed = append(failed, fmt.Sprintf("the training of %q failed: %v", w.run.Name(), errs[i]))
		}
	}
	if places == nil && failed == nil {
		return nil
	}
	if places == nil {
		return errors.New(strings.Join(failed, "; "))
	}
	stopped := fmt.Sprintf("the trainings were interrupted and saved, %s: run the cell again to go on from there", strings.Join(places, ", "))
	return interrupted{strings.Join(append(failed, stopped), "; ")}
}

func share(step, steps int) float64 { return float64(step) / float64(max(steps, 1)) }

// sharedData holds data that several trainings learn from.
type sharedData []madeData

type madeData struct {
	source runs.Source
	set    runs.TrainingData
}

// of returns a function that makes or reads the data of a run, unless a training with the same data already has.
func (s *sharedData) of(r *Run) func(context.Context) (runs.TrainingData, error) {
	return func(ctx context.Context) (runs.TrainingData, error) {
		if ctx.Err() != nil { // so that only one training at a time comes further
			return runs.TrainingData{}, ctx.Err()
		}
		for _, m := range *s {
			if m.source.Same(r.Data) {
				return m.set, nil
			}
		}
		set, err := r.learnsFrom(ctx)
		if err == nil {
			*s = append(*s, madeData{r.Data, set})
		}
		return set, err
	}
}
