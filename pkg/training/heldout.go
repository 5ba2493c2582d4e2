package training

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/atomicfile"
	"hgn.local/pkg/badinput"
)

// Examined is a Task that measures itself on data from which it does not learn.
type Examined interface {
	Task
	// HeldOut measures the store after a step, counted from 0, in the unit of one of the losses; less is better. It
	// depends only on the store and the step, and changes neither the store nor later steps. Known is false if the task
	// has no such data.
	HeldOut(step int) (value float64, known bool, err error)
}

// heldOutPoints is about the number of measurements on held-out data in a training.
const heldOutPoints = 50

// BestFile is the checkpoint of the best held-out measure so far, in a training that keeps it.
const BestFile = "best.npz"

// Best is the search of a training for the step with the least held-out measure. It begins with the last stage,
// because measures of different stages cannot be compared.
type Best struct {
	Patience int     `json:"patience"`        // measurements without a better one after which the training ends; 0: never
	Step     int     `json:"step,omitempty"`  // of the least measure; 0: none yet
	Value    float64 `json:"value,omitempty"` // the least measure
	Since    int     `json:"since,omitempty"` // measurements since then
}

// afresh returns the search before it has found anything.
func (b *Best) afresh() *Best {
	if b == nil {
		return nil
	}
	return &Best{Patience: b.Patience}
}

// heldOutEvery is the number of steps from one measurement on held-out data to the next.
func heldOutEvery(steps int) int {
	gap := gapOf(steps)
	return gap * max(1, steps/heldOutPoints/gap)
}

// due tells whether the held-out data are measured after a number of steps, at each of which the log has a point.
func due(step, steps int) bool { return step%heldOutEvery(steps) == 0 || step == steps }

// measurements is the number of measurements on held-out data that follow a step.
func measurements(step, steps int) int {
	every := heldOutEvery(steps)
	n := steps/every - step/every
	if steps%every != 0 && step < steps {
		n++
	}
	return n
}

// examine measures the held-out data, if that is due, and returns nil otherwise.
func (r *run) examine() (*float64, error) {
	examined, ok := r.task.(Examined)
	if !ok || !due(r.state.Step, r.task.Steps()) {
		return nil, nil
	}
	began := time.Now()
	defer func() { r.pace.examined(time.Since(began)) }()
	var value float64
	var known bool
	err := guarded(func() (err error) { value, known, err = examined.HeldOut(r.state.Step - 1); return err })
	if err != nil {
		return nil, fmt.Errorf("measuring the held-out data after step %d failed: %w", r.state.Step, err)
	}
	if !known || math.IsNaN(value) || math.IsInf(value, 0) {
		return nil, nil
	}
	r.heldOut = &value
	return &value, nil
}

// choose compares a held-out measure with the best one so far, and keeps the state if it is better.
func (r *run) choose(value *float64) error {
	b := r.state.Best
	if b == nil || value == nil || r.state.Step <= r.spans[len(r.spans)-1].from {
		return nil
	}
	next := *b
	if better := b.Step == 0 || *value < b.Value; !better {
		next.Since++
		r.state.Best = &next
		return nil
	}
	next.Step, next.Value, next.Since = r.state.Step, *value, 0
	r.state.Best = &next
	if err := finite(r.task.Store()); err != nil {
		return r.diverged(err.Error())
	}
	return guarded(func() error { return writeCheckpoint(r.bestPath(), r.task.Store(), r.meta()) })
}

// enough tells whether the held-out measure has not become better for too long.
func (r *run) enough() bool {
	b := r.state.Best
	return b != nil && b.Patience > 0 && b.Step > 0 && b.Since >= b.Patience
}

// keepBest makes the state with the least held-out measure the result of the training.
func (r *run) keepBest() error {
	b := r.state.Best
	if b == nil || b.Step == 0 || b.Step == r.state.Step {
		return nil
	}
	path := r.bestPath()
	c, err := read(path)
	if err == nil && c.meta.Step != b.Step {
		err = fmt.Errorf("is of step %d, and the best was step %d", c.meta.Step, b.Step)
	}
	if err != nil {
		return badinput.Errorf("%s %w: put a copy of the file back, or train again in another folder", path, err)
	}
	if err := c.fill(path, r.task.Store()); err != nil {
		return err
	}
	c.meta.Seconds, c.meta.StepSecondsMedian, c.meta.StepSecondsTotal = r.state.Seconds, r.state.StepSecondsMedian, r.state.StepSecondsTotal
	c.meta.Best, c.meta.Ended = b, r.state.Step
	r.state, r.saved, r.heldOut = c.meta, false, &b.Value
	return nil
}

func (r *run) bestPath() string { return filepath.Join(r.options.Dir, BestFile) }

// writeCheckpoint writes a checkpoint whole or not at all, in the place of another one if there is one.
func writeCheckpoint(path string, store *model.Store, meta Meta) error {
	return atomicfile.WriteTo(path, func(w io.Writer) error { return writeArchive(w, store, meta) })
}

// forgetBest removes the best checkpoint of an earlier training in the folder.
func (r *run) forgetBest() error {
	if err := os.Remove(r.bestPath()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot remove the checkpoint of an earlier training: %w", err)
	}
	return nil
}

// meta returns the meta data of the present state.
func (r *run) meta() Meta {
	m := r.state
	m.Seconds, m.StepSecondsMedian, m.Model = r.seconds(), r.median(), r.options.Model
	return m
}

// Done tells whether a training of that many steps has ended: with its last step, or early.
func (m Meta) Done(steps int) bool { return m.Step >= steps || m.Ended > 0 }
