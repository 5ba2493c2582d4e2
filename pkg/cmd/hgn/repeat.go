package main

import (
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"hgn.local/pkg/progress"
	"hgn.local/pkg/runs"
	"hgn.local/pkg/training"
)

// repeat trains a run again, in another folder, and compares the two.
func (o trainFlags) repeat(c *cobra.Command, args []string) error {
	if err := o.asItWas(c, "--from-run repeats"); err != nil {
		return err
	}
	first, err := runs.Open(o.from)
	if err != nil {
		return err
	}
	if len(args) > 0 && args[0] != first.Model {
		return usageError("%s is a run of the model %s: leave out %s", o.from, first.Model, args[0])
	}
	if filepath.Clean(o.out) == filepath.Clean(o.from) {
		return usageError("the run would be repeated in its own folder: choose another --out")
	}
	before, err := first.Records()
	if err != nil {
		return err
	}
	if records := len(before); records > 0 && !c.Flags().Changed("devices") {
		o.devices = before[records-1].Devices
	}
	if meta, err := training.ReadMeta(checkpointOf(first)); err == nil && meta.Best != nil {
		o.best, o.stopEarly = true, meta.Best.Patience
	}
	if err := train(c, first.Config, o); err != nil {
		return err
	}
	again, err := runs.Open(o.out)
	if err != nil {
		return err
	}
	return compare(progress.New(c.ErrOrStderr()), first, again, before)
}

// compare reports whether a repeated run has the same weights and, if not, what was different.
func compare(report *progress.Writer, first, again *runs.Run, before []runs.Record) error {
	for _, r := range []*runs.Run{first, again} {
		if done, err := r.Finished(); err != nil || !done {
			return err // there is nothing to compare
		}
	}
	same, err := training.SameVariables(checkpointOf(first), checkpointOf(again))
	if err != nil {
		return err
	}
	if same {
		report.Say("the weights are those of %s, bit for bit", first.Dir)
		return nil
	}
	after, err := again.Records()
	if err != nil {
		return err
	}
	why := "by what that was trained is not recorded"
	if len(before) > 0 && len(after) > 0 {
		why = "though nothing that is recorded is different"
		if all := before[len(before)-1].Differences(after[len(after)-1]); len(all) > 0 {
			why = strings.Join(all, ", ")
		}
	}
	report.Say("the weights are not those of %s, bit for bit: %s", first.Dir, why)
	return nil
}

func checkpointOf(r *runs.Run) string { return filepath.Join(r.Dir, training.CheckpointFile) }
