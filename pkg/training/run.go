package training

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"time"

	"hgn.local/kernels_xla/atomicfile"
	"hgn.local/pkg/badinput"
)

// smoothing is the number of steps over which Smoothed averages.
const smoothing = 50

// Run trains t to its last step, or until ctx is cancelled: then it finishes the current step, saves, and returns a
// Summary that is marked as interrupted, and no error.
//
// A loss that is not finite ends the training with an error, unless t is a RestartPolicy that restarts it; the last
// good checkpoint stays. If the folder already has a checkpoint and Options.Resume is false, or if another training
// writes to it, Run returns an error marked as bad input.
func Run(ctx context.Context, t Task, o Options) (Summary, error) {
	if o.Dir == "" {
		return Summary{}, badinput.Errorf("a training needs a folder for its checkpoints: set Options.Dir")
	}
	if t.Steps() < 1 {
		return Summary{}, badinput.Errorf("a training has at least 1 step, not %d", t.Steps())
	}
	if o.CheckpointEvery == 0 {
		o.CheckpointEvery = 30 * time.Second
	}
	if o.EventEvery == 0 {
		o.EventEvery = 250 * time.Millisecond
	}
	if err := os.MkdirAll(o.Dir, 0o755); err != nil {
		return Summary{}, badinput.Errorf("cannot make the folder %s: %w; choose another", o.Dir, err)
	}
	release, err := acquire(o.Dir)
	if err != nil {
		return Summary{}, err
	}
	defer release()
	r := &run{task: t, options: o, path: filepath.Join(o.Dir, CheckpointFile), spans: spans(t)}
	if err := r.begin(); err != nil {
		return Summary{}, err
	}
	defer r.log.close()
	interrupted, err := r.loop(ctx)
	switch {
	case err != nil:
		r.tell(Failed, err.Error())
	case interrupted:
		r.tell(Interrupted, "")
	default:
		r.tell(Finished, "")
	}
	return r.summary(interrupted), err
}

// run is a training in progress.
type run struct {
	task    Task
	options Options
	path    string // of the checkpoint
	log     *logger
	spans   []span   // of the stages
	heldOut *float64 // the last measure of the held-out data

	state  Meta  // Seconds and StepSecondsMedian are the values from before resuming
	saved  bool  // the checkpoint on disk holds the present state
	broken error // names the variable that is not finite after the last step, if any
	look   lookout
	pace   pace
	began  time.Time
	told   time.Time // time of the last progress event
	stored time.Time // time of the last checkpoint
}

// begin starts or resumes the training as its folder says.
func (r *run) begin() error {
	dir := r.options.Dir
	message := ""
	var err error
	switch {
	case !HasCheckpoint(dir):
		if r.options.Best || r.options.StopEarly > 0 {
			r.state.Best = &Best{Patience: r.options.StopEarly}
		}
		if err = r.forgetBest(); err == nil {
			r.log, err = openLog(dir)
		}
	case !r.options.Resume:
		return badinput.Errorf("the folder %s already has a training: resume it, or choose another folder", dir)
	default:
		message, err = r.resume()
	}
	if err != nil {
		return err
	}
	atomicfile.RemoveTemporaries(r.path)
	atomicfile.RemoveTemporaries(r.bestPath())
	atomicfile.RemoveTemporaries(filepath.Join(dir, LogFile))
	r.began = time.Now()
	r.stored = r.began
	r.tell(Started, message)
	return nil
}

// resume loads the state of a training.
func (r *run) resume() (message string, err error) {
	c, err := readWhole(r.path)
	if err != nil {
		return "", err
	}
	if c.meta.Step > r.task.Steps() {
		return "", badinput.Errorf("the training in %s has done %d steps, more than the %d that it is to have: give it more, or choose another folder",
			r.options.Dir, c.meta.Step, r.task.Steps())
	}
	if judge, ok := r.task.(RestartPolicy); ok && c.meta.Attempt > 0 {
		if err := guarded(func() error { return judge.Restart(c.meta.Attempt) }); err != nil {
			return "", fmt.Errorf("preparing attempt %d: %w", c.meta.Attempt+1, err)
		}
	}
	if err := c.fill(r.path, r.task.Store()); err != nil {
		return "", err
	}
	if c.meta.Notice != "" {
		// A damaged file must not replace the whole previous.npz later.
		if err := os.Rename(r.path, r.path+".damaged"); err != nil && !os.IsNotExist(err) {
			return "", fmt.Errorf("cannot set the damaged checkpoint aside: %w", err)
		}
	}
	r.state, r.saved = c.meta, true
	message = fmt.Sprintf("going on from step %d", r.state.Step)
	if c.meta.Notice != "" {
		message += "; " + c.meta.Notice
	}
	r.log, err = reopenLog(r.options.Dir, r.state.Attempt, max(r.state.Step, r.state.Ended))
	return message, err
}

// loop trains to the end or to an interrupt. It always saves the state before the RestartPolicy was asked about its
// last step, so that resuming asks it once again.
func (r *run) loop(ctx context.Context) (interrupted bool, err error) {
	for {
		r.takeTurn()
		if ctx.Err() != nil {
			return true, r.save()
		}
		if r.state.Ended > 0 {
			return false, r.save()
		}
		reason, err := r.judged()
		if err != nil {
			return false, err
		}
		switch {
		case reason != "":
			if err := r.restart(reason); err != nil {
				return false, err
			}
		case r.state.Step >= r.task.Steps() || r.enough():
			if err := r.keepBest(); err != nil {
				return false, err
			}
			return false, r.save()
		}
		if err := r.step(); err != nil {
			return false, err
		}
	}
}

// step does one step and the work due after it.
func (r *run) step() error {
	n := r.state.Step
	r.compiles()
	began := time.Now()
	var losses Losses
	if err := guarded(func() (err error) { losses, err = r.task.Step(n); return err }); err != nil {
		return fmt.Errorf("step %d of the training failed: %w", n+1, err)
	}
	now := time.Now()
	s := &r.state
	s.clock(r.stepSeconds(now.Sub(began)))
	s.Step, s.Losses, r.saved, r.broken = n+1, maps.Clone(losses), false, nil
	r.pace.step(began, now, r.stage(), r.task.Steps())
	if _, ok := losses["loss"]; !ok {
		return fmt.Errorf("step %d of the training returned no \"loss\"", n+1)
	}
	if notFinite(losses) != "" {
		return nil // judged decides what follows
	}
	if r.broken = r.look.at(r.task.Store(), now.Sub(began)); r.broken != nil {
		s.Losses["loss"] = math.NaN() // it is NaN from the next step on
		return nil
	}
	s.smooth()
	s.Pending.add(losses)
	if s.Pending.Steps >= gapOf(r.task.Steps()) || s.Step == r.task.Steps() {
		held, err := r.examine()
		if err != nil {
			return err
		}
		if err := r.log.write(line{Attempt: s.Attempt, Step: s.Step, Losses: s.Pending.mean(), Seconds: r.seconds(), HeldOut: held}); err != nil {
			return err
		}
		s.Pending = Mean{}
		if err := r.choose(held); err != nil {
			return err
		}
	}
	if now.Sub(r.told) >= r.options.EventEvery {
		r.told = now
		r.tell(Progress, "")
	}
	if now.Sub(r.stored) >= r.options.CheckpointEvery {
		return r.save()
	}
	return nil
}

// save writes a checkpoint if the state has changed and is finite.
func (r *run) save() error {
	if r.saved || r.state.Step == 0 {
		return nil
	}
	if err := r.finite(); err != nil {
		return err
	}
	if err := finite(r.task.Store()); err != nil {
		return r.diverged(err.Error())
	}
	if err := r.log.sync(); err != nil {
		return err
	}
	if err := guarded(func() error { return SaveCheckpoint(r.path, r.task.Store(), r.meta()) }); err != nil {
		return err
	}
	r.saved, r.stored = true, time.Now()
	r.tell(Checkpointed, "")
	return nil
}

// smooth adds the last losses to the running means.
func (m *Meta) smooth() {
	smoothed := Losses{}
	for name, x := range m.Losses {
		before, ok := m.Smoothed[name]
		if !ok {
			before = x
		}
		smoothed[name] = before + (x-before)/float64(min(m.Step, smoothing))
	}
	m.Smoothed = smoothed
}

// guarded calls f and converts a panic into an error: GoMLX reports mistakes in a graph by panics.
func guarded(f func() error) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case error:
			err = p
		default:
			err = errors.New(fmt.Sprint(p))
		}
	}()
	return f()
}
