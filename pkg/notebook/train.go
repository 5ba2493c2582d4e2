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
		ctx, stop := untilInterrupted()
		defer stop()
		r, err = train(ctx, name, p, data, opts)
		return err
	})
	return r
}

// untilInterrupted returns a context that ends with a signal. Signals are held back until everything is saved; further ones
// change nothing. A terminal or a kernel that has gone away counts as a signal, because nobody watches the training any more.
func untilInterrupted() (context.Context, context.CancelFunc) {
	return signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
}

func train(ctx context.Context, name string, p runs.Params, data *Data, opts []Option) (*Run, error) {
	r, trial, err := prepare("Train", name, p, data, opts, "Quiet", "KeepBest", "StopEarly")
	if err != nil {
		return nil, err
	}
	d, err := openDevice()
	if err != nil {
		return nil, err
	}
	err = r.train(ctx, d)
	if trial != "" {
		showNote("%s", trial)
	}
	return r, err
}

// prepare returns the run of a training that a call asks for, in a folder that may hold its beginning or all of it, and a
// note if it is a trial. takes lists the options that the call takes.
func prepare(call, name string, p runs.Params, data *Data, opts []Option, takes ...string) (r *Run, trial string, err error) {
	o, err := applyOptions(call, settings{}, opts, takes...)
	if err != nil {
		return nil, "", err
	}
	if data == nil {
		return nil, "", mistake("nb.%s needs data, for example nb.Simulate(physics.Pendulum()) or nb.Density(\"gaussians4\")", call)
	}
	dir, err := folderOf(name)
	if err != nil {
		return nil, "", err
	}
	if p == nil {
		return nil, "", mistake("nb.%s needs parameters, for example hgn.Quick()", call)
	}
	config := runs.ConfigOf(p, data.source)
	if trial, err = shorten(&config); err != nil {
		return nil, "", err
	}
	run, err := runs.Create(dir, config)
	if err != nil {
		if other, openErr := runs.Open(dir); openErr == nil {
			return nil, "", mistake("the run %q in %s was started with %s: choose another name, or remove that folder", name, Folder(), differences(other.Config, config))
		}
		return nil, "", err
	}
	r = newRun(run)
	r.quiet, r.best, r.stopEarly = o.quiet, o.best, o.stopEarly
	return r, trial, nil
}

// train trains the run from its current step, or shows it if it is trained already.
func (r *Run) train(ctx context.Context, d *device.Device) error {
	view, err := newLive(r)
	if err != nil {
		return err
	}
	w := view.parts[0]
	if finished(r.Run) {
		if err := w.load(); err != nil {
			return err
		}
		return view.end()
	}
	view.start()
	defer view.stop()
	err = w.train(ctx, d, r.learnsFrom, nil)
	if !w.over { // there were no data, so that there is nothing to draw
		return err
	}
	drawn := view.end()
	if errors.Is(err, errInterrupted) {
		return err // what is saved counts, not its picture
	}
	return errors.Join(err, drawn)
}

// learnsFrom makes or reads the data of the training.
func (r *Run) learnsFrom(ctx context.Context) (runs.TrainingData, error) {
	return r.Data.Train(ctx, nil)
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
