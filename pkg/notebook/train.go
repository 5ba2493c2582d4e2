package notebook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"time"

	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/runs"
	"hgn.local/pkg/training"
)

// Train trains a model, of the kind that its parameters belong to, on data into the run folder called name, and shows
// the progress: the loss, steps per second and the time left. For videos it also shows target and reconstruction of a
// test video, for a density points of the target beside points that the model draws.
//
// Interrupting the cell saves; running it again continues from there, through exactly the states of an uninterrupted
// training. A run that is already trained is shown, not trained again. A run of that name with other parameters or
// data is an error: nothing is overwritten. $HGN_STEPS makes it a trial; see the package documentation. Options:
// Quiet, KeepBest, StopEarly.
func Train(name string, p runs.Params, data *Data, opts ...Option) (r *Run) {
	cell(func() (err error) {
		// Signals are held back until everything is saved; further ones change nothing. A terminal or a kernel that has
		// gone away counts as a signal, because nobody watches the training any more.
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
		defer stop()
		r, err = train(ctx, name, p, data, opts)
		return err
	})
	return r
}

func train(ctx context.Context, name string, p runs.Params, data *Data, opts []Option) (*Run, error) {
	o, err := applyOptions("Train", settings{}, opts, "Quiet", "KeepBest", "StopEarly")
	if err != nil {
		return nil, err
	}
	if data == nil {
		return nil, mistake("nb.Train needs data, for example nb.Simulate(physics.Pendulum()) or nb.Density(\"gaussians4\")")
	}
	dir, err := folderOf(name)
	if err != nil {
		return nil, err
	}
	if p == nil {
		return nil, mistake("nb.Train needs parameters, for example hgn.Quick()")
	}
	config := runs.ConfigOf(p, data.source)
	trial, err := shorten(&config)
	if err != nil {
		return nil, err
	}
	run, err := runs.Create(dir, config)
	if err != nil {
		if other, openErr := runs.Open(dir); openErr == nil {
			return nil, mistake("the run %q in %s was started with %s: choose another name, or remove that folder", name, Folder(), differences(other.Config, config))
		}
		return nil, err
	}
	d, err := openDevice()
	if err != nil {
		return nil, err
	}
	r := newRun(run)
	r.quiet, r.best, r.stopEarly = o.quiet, o.best, o.stopEarly
	if finished(run) {
		err = r.showTrained()
	} else {
		err = r.train(ctx, d)
	}
	if trial != "" {
		showNote("%s", trial)
	}
	return r, err
}

// train trains the run from its current step.
func (r *Run) train(ctx context.Context, d *device.Device) error {
	view, err := newLive(r)
	if err != nil {
		return err
	}
	view.start()
	defer view.stop()
	view.begin(view.scene.getting())
	set, err := r.Data.Train(ctx, nil)
	if err != nil {
		if ctx.Err() != nil {
			err = interrupted{fmt.Sprintf("interrupted before the training of %q began: run the cell again to start it", r.Name())}
		}
		return err
	}
	view.begin("preparing the training")
	outcome, err := r.Train(ctx, d, runs.Options{
		Resume:  true,
		Data:    &set,
		Observe: []func(training.Event){view.observe},
		Preview: view.preview,

		Best:      r.best,
		StopEarly: r.stopEarly,
		Say:       view.tell,
	})
	view.stop()
	if err != nil {
		return errors.Join(err, view.breakOff("stopped: "+oneLine(err.Error())))
	}
	pace := ""
	if outcome.StepSecondsMedian > 0 {
		pace = fmt.Sprintf(", %.3g steps/s", 1/outcome.StepSecondsMedian)
	}
	if outcome.Interrupted {
		view.breakOff(fmt.Sprintf("interrupted and saved at step %d of %d", outcome.Steps, r.Params.Plan().Steps)) // what is saved counts, not its picture
		return interrupted{fmt.Sprintf("the training of %q was interrupted and saved at step %d of %d: run the cell again to go on from there",
			r.Name(), outcome.Steps, r.Params.Plan().Steps)}
	}
	if view.model != nil {
		r.drawn.Use(view.model)
	}
	return view.finish(fmt.Sprintf("%d steps in %s on %s%s%s", max(outcome.Steps, outcome.Ended), brief(seconds(outcome.Seconds)), d.Name, pace, kept(outcome.Steps, outcome.Ended)))
}

// showTrained shows the results of a finished training.
func (r *Run) showTrained() error {
	m, meta, err := r.drawn.Loaded()
	if err != nil {
		return err
	}
	view, err := newLive(r)
	if err != nil {
		return err
	}
	view.model = m
	return view.finish(fmt.Sprintf("trained before: %d steps in %s%s", max(meta.Step, meta.Ended), brief(seconds(meta.Seconds)), kept(meta.Step, meta.Ended)))
}

// kept says which step's state is the result of a training that ended after another one.
func kept(step, ended int) string {
	if ended == 0 {
		return ""
	}
	return fmt.Sprintf("; step %d is kept, the best on held-out data", step)
}

// finished tells whether a run has done all its steps.
func finished(r *runs.Run) bool {
	meta, err := training.ReadMeta(filepath.Join(r.Dir, training.CheckpointFile))
	return err == nil && meta.Done(r.Params.Plan().Steps)
}

// differences names the differences between the configuration of a run and the one that was asked for.
func differences(there, asked runs.Config) string {
	if settled, err := asked.Resolve(); err == nil { // the run's configuration has resolved values instead of "auto"
		asked = settled
	}
	a, b := flat(there), flat(asked)
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(a)) {
		if !reflect.DeepEqual(a[key], b[key]) {
			parts = append(parts, fmt.Sprintf("%s %s instead of %s", key, compact(a[key]), compact(b[key])))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(b)) {
		if _, known := a[key]; !known {
			parts = append(parts, fmt.Sprintf("no %s", key))
		}
	}
	if len(parts) == 0 {
		return "another configuration"
	}
	return strings.Join(parts, ", ")
}

// flat returns the values of a configuration by their JSON names.
func flat(c runs.Config) map[string]any {
	out := map[string]any{}
	for _, part := range []any{c.Params, c.Data.Recipe, c.Data.Density, c.Data} {
		text, err := json.Marshal(part)
		if err != nil {
			continue
		}
		var values map[string]any
		if json.Unmarshal(text, &values) != nil {
			continue
		}
		delete(values, "recipe")
		delete(values, "density")
		maps.Copy(out, values)
	}
	return out
}

func compact(v any) string {
	text, err := json.Marshal(v)
	if err != nil || v == nil {
		return "none"
	}
	return string(text)
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// brief writes a duration to the second.
func brief(d time.Duration) string {
	if d < 10*time.Second {
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}
