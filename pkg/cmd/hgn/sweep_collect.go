package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/badinput"
	"hgn.local/pkg/progress"
	"hgn.local/pkg/runs"
	"hgn.local/pkg/table"
	"hgn.local/pkg/training"
)

// missing is a training of a sweep that is not done.
type missing struct {
	Name  string `json:"name"`
	Step  int    `json:"step"` // that was saved
	Steps int    `json:"steps"`
	State string `json:"state,omitempty"` // Slurm's word for it
	Why   string `json:"why,omitempty"`   // what its folder or its process says
}

func (m missing) String() string {
	text := fmt.Sprintf("%s, saved at step %d of %d", m.Name, m.Step, m.Steps)
	if m.Step == 0 {
		text = m.Name + ", nothing saved"
	}
	if m.State != "" {
		text += ", " + m.State
	}
	if m.Why != "" {
		text += " (" + m.Why + ")"
	}
	return text
}

// status says how far a combination is: done tells whether it is trained or has diverged.
func (o *sweepFlags) status(p point) (r *runs.Run, m missing, done bool) {
	m = missing{Name: p.name, Steps: p.config.Params.Plan().Steps}
	dir := filepath.Join(o.train.out, p.name)
	r, err := runs.Open(dir)
	if err != nil {
		if training.HasCheckpoint(dir) {
			m.Why = oneLine(err.Error())
		}
		return nil, m, false
	}
	if _, diverged := r.Diverged(); diverged {
		return r, m, true
	}
	if !r.Trained() {
		return r, m, false
	}
	meta, err := training.ReadMeta(filepath.Join(r.Dir, training.CheckpointFile))
	if err != nil {
		m.Why = oneLine(err.Error())
		return r, m, false
	}
	m.Step = meta.Step
	return r, m, meta.Done(r.Params.Plan().Steps)
}

// unfinished returns the numbers of the combinations that are neither trained nor diverged.
func (o *sweepFlags) unfinished(points []point) (tasks []int) {
	for i, p := range points {
		if _, _, done := o.status(p); !done {
			tasks = append(tasks, i)
		}
	}
	return tasks
}

// single trains and measures one combination.
func (o *sweepFlags) single(c *cobra.Command, points []point) error {
	if o.only < 0 || o.only >= len(points) {
		return usageError("--only must be from 0 to %d, not %d", len(points)-1, o.only)
	}
	d, err := openDevice(c)
	if err != nil {
		return err
	}
	defer d.Close()
	_, _, err = o.one(c, d, points[o.only], progress.New(c.ErrOrStderr()))
	if err == nil {
		err = c.Context().Err()
	}
	return err
}

// gather prints the table of what is done. explain may say more about what is missing.
func (o *sweepFlags) gather(c *cobra.Command, points []point, interrupted bool, explain func(i int, m *missing)) error {
	s := swept{all: len(points), interrupted: interrupted}
	states := o.slurm.states(c.Context(), o.train.out)
	var d *device.Device
	report := progress.New(c.ErrOrStderr())
	for i, p := range points {
		r, m, done := o.status(p)
		if done {
			if d == nil {
				var err error
				if d, err = openDevice(c); err != nil {
					return err
				}
				defer d.Close()
			}
			e, err := o.measured(c.Context(), d, r, p, report)
			if err == nil {
				s.entries = append(s.entries, e)
				continue
			}
			if c.Context().Err() != nil || !badinput.Is(err) {
				return err
			}
			m.Why = oneLine(err.Error()) // one damaged folder does not hide the others
		}
		m.State = states[p.name]
		if explain != nil {
			explain(i, &m)
		}
		s.missing = append(s.missing, m)
	}
	return o.print(c, s)
}

// measured returns the entry of a combination that is trained or has diverged.
func (o *sweepFlags) measured(ctx context.Context, d *device.Device, r *runs.Run, p point, report *progress.Writer) (table.Entry, error) {
	if how, diverged := r.Diverged(); diverged {
		report.Say("%s: %s", p.name, oneLine(how))
		return table.Entry{Name: p.name, Config: r.Config, Failed: table.Diverged, Show: p.shown, OwnData: o.data != ""}, nil
	}
	e, err := table.Of(ctx, d, r, o.test)
	if err != nil {
		return table.Entry{}, err
	}
	if e.Failed != "" {
		report.Say("%s: %s", p.name, e.Failed)
	}
	e.Name, e.Show, e.OwnData = p.name, p.shown, o.data != ""
	return e, nil
}

var errWorkers = errors.New("some trainings failed; the table says which, and DIR/logs how")
