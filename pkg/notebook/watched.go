package notebook

import (
	"context"
	"fmt"
	"time"

	"hgn.local/gomlx_models/fit"
	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/runs"
	"hgn.local/pkg/training"
)

// watched is a training in a live view.
type watched struct {
	view  *live
	run   *Run
	scene trainingView

	// The view's lock guards the next six fields.
	status string
	doing  string // what is under way instead of steps, such as compiling; "": nothing
	since  time.Time
	left   time.Duration // of its own, without waiting for others; 0 if it is unknown
	over   bool          // it has ended
	broken string        // where it was interrupted, as in `"pendulum" at step 3 of 12`; "" if it was not

	// The next two belong to the training's goroutine, and after the training to whoever waited for it.
	model       runs.Model
	nextPreview time.Time
}

// train trains the run from its current step on the data that get returns. turn is that of runs.Options.
func (w *watched) train(ctx context.Context, d *device.Device, get func(context.Context) (runs.TrainingData, error), turn func(step, steps int)) error {
	r := w.run
	w.begin(w.scene.getting())
	set, err := get(ctx)
	if err != nil {
		if ctx.Err() != nil {
			w.breakOff("interrupted before the training began", fmt.Sprintf("%q before the training began", r.Name()))
			err = interrupted{fmt.Sprintf("interrupted before the training of %q began: run the cell again to start it", r.Name())}
		}
		return err
	}
	w.begin("preparing the training")
	outcome, err := r.Train(ctx, d, runs.Options{
		Resume:  true,
		Data:    &set,
		Observe: []func(training.Event){w.observe},
		Preview: w.preview,
		Turn:    turn,

		Best:      r.best,
		StopEarly: r.stopEarly,
		Say:       w.tell,
	})
	if err != nil {
		w.breakOff("stopped: "+oneLine(err.Error()), "")
		return err
	}
	if outcome.Interrupted {
		at := fmt.Sprintf("step %d of %d", outcome.Steps, r.Params.Plan().Steps)
		w.breakOff("interrupted and saved at "+at, fmt.Sprintf("%q at %s", r.Name(), at))
		return interrupted{fmt.Sprintf("the training of %q was interrupted and saved at %s: run the cell again to go on from there", r.Name(), at)}
	}
	pace := ""
	if outcome.StepSecondsMedian > 0 {
		pace = fmt.Sprintf(", %.3g steps/s", 1/outcome.StepSecondsMedian)
	}
	if w.model != nil {
		r.drawn.Use(w.model)
	}
	return w.finish(fmt.Sprintf("%d steps in %s on %s%s%s", max(outcome.Steps, outcome.Ended), brief(seconds(outcome.Seconds)), d.Name, pace, kept(outcome.Steps, outcome.Ended)))
}

// load takes the model of a training that has finished before.
func (w *watched) load() error {
	m, meta, err := w.run.drawn.Loaded()
	if err != nil {
		return err
	}
	w.model = m
	return w.finish(fmt.Sprintf("trained before: %d steps in %s%s", max(meta.Step, meta.Ended), brief(seconds(meta.Seconds)), kept(meta.Step, meta.Ended)))
}

// finish renews the example for the last time, and says how the training ended.
func (w *watched) finish(text string) error {
	if !w.view.quiet && w.model != nil {
		if err := w.scene.renew(w.model); err != nil {
			return err
		}
	}
	w.breakOff(text, "")
	return nil
}

// breakOff says how and where a training has stopped. It does no more than that, because a kernel kills an interrupted cell
// after 5 seconds.
func (w *watched) breakOff(text, where string) {
	w.view.mu.Lock()
	w.over, w.broken = true, where
	w.view.mu.Unlock()
	if w.view.quiet {
		text = w.run.drawn.Label + ": " + text
	}
	w.tell("%s", text)
}

// observe receives the training's events.
func (w *watched) observe(e training.Event) {
	switch e.Kind {
	case training.Compiling:
		w.begin("compiling " + e.Message)
	case training.Started:
		if e.Message != "" {
			w.say(e.Message)
		}
	case training.Restarted:
		w.say(fmt.Sprintf("attempt %d begins: %s", e.Attempt+1, e.Message))
		w.view.waitToSay()
	case training.Progress:
		w.progress(e)
	}
}

// preview renews the example from time to time, with the model under training.
func (w *watched) preview(trained runs.Model, _ int) {
	w.model = trained
	if !inNotebook || w.view.quiet || time.Now().Before(w.nextPreview) {
		return
	}
	began := time.Now()
	if err := w.scene.renew(trained); err != nil {
		w.nextPreview = began.Add(time.Hour) // it will not work in four seconds either; finish returns the error
		return
	}
	w.nextPreview = began.Add(max(previewEvery, costShare*time.Since(began)))
}

// say puts text into the picture, and into the line below it.
func (w *watched) say(text string) {
	w.view.mu.Lock()
	defer w.view.mu.Unlock()
	w.status, w.doing = text, ""
	w.view.line.set(w.view.text())
}

// begin says what is under way; its time is shown until something else is said.
func (w *watched) begin(what string) {
	w.say(what)
	w.view.mu.Lock()
	defer w.view.mu.Unlock()
	w.doing, w.since = what, time.Now()
}

// now returns the text of the moment. The caller holds the view's lock.
func (w *watched) now() string {
	if w.doing == "" {
		return w.status
	}
	return fmt.Sprintf("%s, %d s", w.doing, int(time.Since(w.since).Seconds()))
}

// tell says something that stays.
func (w *watched) tell(format string, args ...any) {
	w.view.mu.Lock()
	defer w.view.mu.Unlock()
	w.status, w.doing = fmt.Sprintf(format, args...), ""
	text := w.status
	if len(w.view.parts) > 1 {
		text = w.run.drawn.Label + ": " + text
	}
	w.view.line.set(text)
	w.view.line.keep()
}

// progress says how far the training is, in the line only from time to time.
func (w *watched) progress(e training.Event) {
	l := w.view
	l.mu.Lock()
	defer l.mu.Unlock()
	w.left = e.Left
	if len(l.parts) > 1 {
		e.Left = 0 // there is one for all
	}
	w.status, w.doing = w.scene.describe(e), ""
	if now := time.Now(); now.After(l.nextSay) {
		l.nextSay = now.Add(l.line.every())
		l.line.set(l.text())
	}
}

// progressOf says how far a training is, and how long it will take.
func progressOf(e training.Event) string {
	text := fmt.Sprintf("step %d/%d", e.Step, e.Steps)
	if e.Attempt > 0 {
		text += fmt.Sprintf(", attempt %d", e.Attempt+1)
	}
	if e.StepsPerSecond > 0 {
		text += fmt.Sprintf(", %.3g steps/s", e.StepsPerSecond)
	}
	if e.Left > 0 {
		text += fmt.Sprintf(", %s left", e.Left.Round(time.Second))
	}
	if norm, ok := e.Smoothed[fit.GradientNorm]; ok {
		text += fmt.Sprintf("; gradient %.2g", norm)
	}
	return text
}
