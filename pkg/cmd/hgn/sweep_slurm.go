package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hgn.local/kernels_xla/atomicfile"
	"hgn.local/pkg/progress"
	"hgn.local/pkg/slurm"
)

// slurmFlags holds the flags of a sweep that runs on a cluster.
type slurmFlags struct {
	use bool
	slurm.Options
}

func (o *slurmFlags) add(f *pflag.FlagSet) {
	f.BoolVar(&o.use, "slurm", false, "give the trainings to Slurm, and return")
	f.StringVar(&o.Partition, "partition", "", "with --slurm: the partition")
	f.StringVar(&o.Time, "time", "", "with --slurm: the time limit of a task, such as 2:00:00, after which it is queued again")
	f.IntVar(&o.Grace, "grace", 60, "with --slurm: seconds before the time limit at which a task saves and is queued again")
	f.IntVar(&o.CPUs, "cpus", 0, "with --slurm: the processors of a task")
	f.StringVar(&o.GRES, "gres", "", "with --slurm: generic resources of a task, such as gpu:1")
	f.IntVar(&o.AtOnce, "at-once", 0, "with --slurm: tasks at the same time")
	f.StringArrayVar(&o.Extra, "sbatch", nil, "with --slurm: an option of sbatch, such as --account=physics; may be repeated")
}

// check refuses options that have no meaning.
func (o *slurmFlags) check(c *cobra.Command) error {
	for _, name := range []string{"partition", "time", "grace", "cpus", "gres", "at-once", "sbatch"} {
		if c.Flags().Changed(name) && !o.use {
			return usageError("--%s is for --slurm: leave it out", name)
		}
	}
	if o.CPUs < 0 || o.AtOnce < 0 || o.Grace < 1 {
		return usageError("--cpus and --at-once must not be negative, and --grace must be at least 1 second")
	}
	return nil
}

// slurmFolder is the folder, within a sweep's, of the batch script, the tasks' output, and the list of jobs.
const slurmFolder, jobsFile = "slurm", "jobs.json"

// jobArray is an array that was submitted.
type jobArray struct {
	ID    string   `json:"id"`
	Tasks []int    `json:"tasks"`
	Names []string `json:"names"` // of the combinations, by which later sweeps with more of them know the tasks
}

// jobs returns the arrays that were submitted for a sweep, the latest last.
func jobs(dir string) (all []jobArray, err error) {
	text, err := os.ReadFile(filepath.Join(dir, slurmFolder, jobsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	if err != nil {
		return nil, usageError("cannot read the list of jobs in %s: %v; remove it if none of them runs", filepath.Join(dir, slurmFolder), err)
	}
	return all, nil
}

// submit gives the combinations that are not done, and that no task works on, to Slurm.
func (o *sweepFlags) submit(c *cobra.Command, model string, points []point) error {
	dir, err := filepath.Abs(o.train.out)
	if err != nil {
		return err
	}
	before, err := jobs(dir)
	if err != nil {
		return err
	}
	report := progress.New(c.ErrOrStderr())
	busy := map[string]string{} // combinations that a task works on, with the job
	for _, j := range before {
		states, err := slurm.States(c.Context(), j.ID)
		if err != nil {
			return err
		}
		for k, task := range j.Tasks {
			if slurm.Alive(states[task]) && k < len(j.Names) {
				busy[j.Names[k]] = j.ID
			}
		}
	}
	array := slurm.Array{Name: "hgn-" + folderName(filepath.Base(dir)), Folder: filepath.Join(dir, slurmFolder), Options: o.slurm.Options}
	submitted := jobArray{}
	for _, i := range o.unfinished(points) {
		if name := points[i].name; busy[name] == "" {
			array.Tasks, submitted.Names = append(array.Tasks, i), append(submitted.Names, name)
		}
	}
	collect := "hgn sweep " + model + " ... --out " + o.train.out + " --collect"
	if len(array.Tasks) == 0 {
		report.Say("nothing to submit: %d of %d trainings are done, and %d wait or run; print the table with: %s", len(points)-len(o.unfinished(points)), len(points), len(busy), collect)
		return nil
	}
	if array.Command, err = onlyCommand(c, model); err != nil {
		return err
	}
	if err := os.MkdirAll(array.Folder, 0o755); err != nil {
		return fmt.Errorf("cannot make the folder %s: %w", array.Folder, err)
	}
	if submitted.ID, err = array.Submit(c.Context()); err != nil {
		return err
	}
	submitted.Tasks = array.Tasks
	text, err := json.MarshalIndent(append(before, submitted), "", "  ")
	if err != nil {
		return err
	}
	if err := atomicfile.WriteFile(filepath.Join(array.Folder, jobsFile), append(text, '\n')); err != nil {
		return fmt.Errorf("job %s was submitted, but %w", submitted.ID, err)
	}
	report.Say("job %s: %d of %d trainings; print the table with: %s", submitted.ID, len(array.Tasks), len(points), collect)
	if o.json {
		return printJSON(c.OutOrStdout(), struct {
			Job   string `json:"job"`
			Tasks []int  `json:"tasks"`
		}{submitted.ID, submitted.Tasks})
	}
	_, err = fmt.Fprintln(c.OutOrStdout(), submitted.ID)
	return err
}

// states returns what Slurm says of the combinations of a sweep, by their names, if it was given to Slurm and still knows.
func (o *slurmFlags) states(ctx context.Context, dir string) map[string]string {
	all, err := jobs(dir)
	if err != nil {
		return nil
	}
	said := map[string]string{}
	for _, j := range all {
		states, err := slurm.States(ctx, j.ID)
		if err != nil {
			continue
		}
		for k, task := range j.Tasks {
			if s := states[task]; s != "" && k < len(j.Names) {
				said[j.Names[k]] = strings.ToLower(s)
			}
		}
	}
	return said
}
