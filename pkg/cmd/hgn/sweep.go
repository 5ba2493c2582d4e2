package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/progress"
	"hgn.local/pkg/runs"
	"hgn.local/pkg/table"
	"hgn.local/pkg/training"
)

// sweepFlags holds the flags of `hgn sweep` beyond those of `hgn train`.
type sweepFlags struct {
	train    trainFlags
	grid     []string
	changes  []string
	seeds    string
	data     string // seeds of the data, one for each of seeds
	test     int
	json     bool
	markdown bool

	workers int  // trainings at the same time, each in a process of its own
	collect bool // do not train
	only    int  // the one combination to train, -1 for all
	slurm   slurmFlags
}

// newSweepCommand returns the command that trains a model over a grid of settings and seeds.
func newSweepCommand() *cobra.Command {
	var o sweepFlags
	c := &cobra.Command{
		Use:     "sweep MODEL --grid KEY=V1;V2 ... --seeds 1-3 --out DIR",
		Example: `  hgn sweep nhf --grid 'density=gaussians4;pinwheel' --grid 'leapfrog_steps=1;2;4' --seeds 1-3 --out runs/study`,
		Short:   "Train a model over a grid of settings and seeds, and compare",
		Long: `Train a model in every combination of some settings and seeds, each into a run folder of its own within DIR, measure them, and
print them as hgn table does, with their spread over seeds. --grid gives a parameter several values, separated by semicolons; the
keys system and density vary the data, and preset what the parameters start from. Everything else is as for hgn train:

  hgn sweep nhf --density gaussians4 --grid 'energy_hidden=[32,32];[64,64]' --grid 'leapfrog_steps=1;2' --seeds 1-3 --out study

--change has one change at a time beside the unchanged model, to see what each part of it does:

  hgn sweep hgn --system pendulum --preset quick --change anchor=first --change reversal=0 --seeds 1-3 --data-seeds 11-13 --out parts

What was trained and measured before is not done again, so that a sweep that was interrupted goes on by the same command; an
interrupt prints the table of what is done. --workers N trains N at a time, each in a process of its own, whose output is in
DIR/logs. --collect prints the table of what is done, and what is missing, without training; see also hgn sweep --slurm.

--slurm gives the trainings to Slurm, as a job array with a task for each, and returns: a training whose node fails, or that comes to
its time limit, is saved and queued again, and goes on where it was. The same command with --collect in place of --slurm prints the
table; with --slurm again, it submits what is missing and neither waits nor runs.

  hgn sweep nhf --density pinwheel --seeds 1-20 --out study --slurm --partition gpu --time 2:00:00 --gres gpu:1 --cpus 4
  hgn sweep nhf --density pinwheel --seeds 1-20 --out study --collect

A training that diverges is counted, and the others go on; it is not tried again
while its folder has diverged.json. A model that gives some test points no density, or whose rollouts run off to infinity, is
counted as not finite.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error { return o.run(c, args[0]) },
	}
	o.train.add(c.Flags())
	f := c.Flags()
	f.StringArrayVar(&o.grid, "grid", nil, "KEY=V1;V2;..., a parameter, or system, density or preset, with its values; may be repeated")
	f.StringArrayVar(&o.changes, "change", nil, "KEY=VALUE, or several with commas: a model with this change alone, beside the unchanged one; may be repeated")
	f.StringVar(&o.seeds, "seeds", "1", "seeds of the trainings: 1-20, or 1,2,5")
	f.StringVar(&o.data, "data-seeds", "", "seeds of the data, as many as --seeds: each training has data of its own (default: all have those of --data-seed)")
	f.IntVar(&o.test, "test", 0, "test trajectories or points to measure on (default: as hgn eval)")
	f.BoolVar(&o.markdown, "markdown", false, "print GitHub Markdown")
	f.BoolVar(&o.json, "json", false, "print one JSON object")
	f.IntVar(&o.workers, "workers", 1, "trainings at the same time, each in a process of its own")
	f.BoolVar(&o.collect, "collect", false, "print the table of what is done, and what is missing, and train nothing")
	f.IntVar(&o.only, "only", -1, "train and measure only the combination with this number, and print nothing")
	f.MarkHidden("only")
	o.slurm.add(f)
	c.MarkFlagRequired("out")
	c.MarkFlagsMutuallyExclusive("markdown", "json")
	c.MarkFlagsMutuallyExclusive("workers", "collect", "only", "slurm")
	return c
}

// swept holds the results of a sweep so far.
type swept struct {
	entries     []table.Entry
	all         int // number of trainings
	interrupted bool
	missing     []missing // those that are not among the entries, if they were asked for
}

func (o *sweepFlags) run(c *cobra.Command, model string) error {
	if o.test < 0 {
		return usageError("--test must be a number of trajectories or points, not %d", o.test)
	}
	if o.workers < 1 {
		return usageError("--workers must be at least 1, not %d", o.workers)
	}
	if err := o.slurm.check(c); err != nil {
		return err
	}
	points, err := o.points(c, model)
	if err != nil {
		return err
	}
	switch {
	case c.Flags().Changed("only"):
		return o.single(c, points)
	case o.slurm.use:
		return o.submit(c, model, points)
	case o.collect:
		return o.gather(c, points, false, nil)
	case o.workers > 1:
		return o.divide(c, model, points)
	}
	d, err := openDevice(c)
	if err != nil {
		return err
	}
	defer d.Close()
	report := progress.New(c.ErrOrStderr())
	s := swept{all: len(points)}
	began, trained := time.Now(), 0
	for i, p := range points {
		left := ""
		if trained > 0 {
			left = ", " + progress.Duration(time.Since(began)/time.Duration(trained)*time.Duration(len(points)-i)) + " left"
		}
		report.Say("%d of %d: %s%s", i+1, len(points), p.name, left)
		e, fresh, err := o.one(c, d, p, report)
		if fresh {
			trained++
		} else if trained == 0 {
			began = time.Now()
		}
		if err == nil && e.Name != "" {
			s.entries = append(s.entries, e)
		}
		if c.Context().Err() != nil {
			s.interrupted = i+1 < len(points) || e.Name == ""
			if s.interrupted {
				report.Say("interrupted; the same command goes on from there")
			}
			break
		}
		if err != nil {
			return err
		}
	}
	return o.print(c, s)
}

// one trains and measures one combination, unless that has been done. If it is interrupted before measuring, the
// entry has no name.
func (o *sweepFlags) one(c *cobra.Command, d *device.Device, p point, report *progress.Writer) (e table.Entry, fresh bool, err error) {
	r, err := runs.Create(filepath.Join(o.train.out, p.name), p.config)
	if err != nil {
		return e, false, err
	}
	done, err := r.Finished()
	if err != nil {
		return e, false, err
	}
	if _, diverged := r.Diverged(); !done && !diverged {
		observe, release := holdTraining(c.Context())
		_, err = r.Train(c.Context(), d, runs.Options{Resume: true, Observe: []func(training.Event){observe, training.Console(report)}, Say: report.Say})
		release()
		if !errors.Is(err, training.ErrDiverged) && (err != nil || c.Context().Err() != nil) {
			return e, true, err
		}
		fresh = true
	}
	e, err = o.measured(c.Context(), d, r, p, report)
	return e, fresh, err
}

// failed returns the names of the entries that failed in the given way.
func (s swept) failed(how string) []string {
	names := []string{}
	for _, e := range s.entries {
		if e.Failed == how {
			names = append(names, e.Name)
		}
	}
	return names
}

// print compares the finished trainings.
func (o *sweepFlags) print(c *cobra.Command, s swept) error {
	t := &table.Table{}
	if len(s.entries) > 0 {
		var err error
		if t, err = table.Build(s.entries); err != nil {
			return err
		}
	}
	diverged, notFinite := s.failed(table.Diverged), s.failed(table.NotFinite)
	w := c.OutOrStdout()
	if o.json {
		return printJSON(w, struct {
			*table.Table
			Trainings   int       `json:"trainings"`
			Done        int       `json:"done"`
			Diverged    []string  `json:"diverged"`
			NotFinite   []string  `json:"not_finite"`
			Interrupted bool      `json:"interrupted"`
			Missing     []missing `json:"missing,omitempty"`
		}{t, s.all, len(s.entries), diverged, notFinite, s.interrupted, s.missing})
	}
	text := t.Text()
	if o.markdown {
		text = t.Markdown()
	}
	text += fmt.Sprintf("\n%d of %d trainings diverged%s\n", len(diverged), len(s.entries), colon(diverged))
	if len(notFinite) > 0 {
		text += fmt.Sprintf("%d not finite%s\n", len(notFinite), colon(notFinite))
	}
	if s.interrupted {
		text += fmt.Sprintf("interrupted after %d of %d trainings\n", len(s.entries), s.all)
	}
	if len(s.missing) > 0 {
		text += fmt.Sprintf("%d of %d trainings are missing:\n", len(s.missing), s.all)
		for _, m := range s.missing {
			text += "  " + m.String() + "\n"
		}
	}
	_, err := fmt.Fprint(w, text)
	return err
}

func colon(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return ": " + strings.Join(names, ", ")
}
