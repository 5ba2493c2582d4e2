package main

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"hgn.local/pkg/progress"
	"hgn.local/pkg/runs"
	"hgn.local/pkg/table"
)

// newTableCommand returns the command that compares trained runs with each other and with the published numbers.
func newTableCommand() *cobra.Command {
	var asJSON, markdown bool
	var trajectories, points int
	c := &cobra.Command{
		Use: "table DIR ...",
		Example: `  hgn table runs/pendulum runs/hnn      # beside the paper's tables 1 and 2
  hgn table runs/flow runs/rnvp --markdown`,
		Short: "Put trained models side by side, in the form of the paper's tables",
		Long: `Put trained models side by side in the form of the paper's Table 1 (pixel MSE) and Table 2 (variance of the learned
energy), with the published figures, and with what the paper has no table of: rollouts in other directions and at
other speeds of time, valid prediction times, SyMetric, reversal errors and energy correlations. Models of densities have a
table of likelihoods.

Runs that differ by nothing but their seed become one cell: the mean, with its 95% interval over seeds. What was not
measured before, or has been trained on since, is measured first, as hgn eval does.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			for name, n := range map[string]int{"trajectories": trajectories, "points": points} {
				if n < 2 {
					return usageError("--%s must be at least 2, not %d", name, n)
				}
			}
			opened, err := openTrained(args)
			if err != nil {
				return err
			}
			t, err := tableOf(c, opened, trajectories, points)
			if err != nil {
				return err
			}
			switch {
			case asJSON:
				return printJSON(c.OutOrStdout(), t)
			case markdown:
				_, err = fmt.Fprint(c.OutOrStdout(), t.Markdown())
			default:
				_, err = fmt.Fprint(c.OutOrStdout(), t.Text())
			}
			return err
		},
	}
	c.Flags().IntVar(&trajectories, "trajectories", runs.TestTrajectories, "test trajectories that runs of videos are measured on, as for hgn eval")
	c.Flags().IntVar(&points, "points", runs.TestPoints, "test points that runs of densities are measured on")
	c.Flags().BoolVar(&markdown, "markdown", false, "print GitHub Markdown")
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	c.MarkFlagsMutuallyExclusive("markdown", "json")
	return c
}

// openTrained opens all runs, so that bad input is found before any measuring.
func openTrained(dirs []string) ([]*runs.Run, error) {
	var opened []*runs.Run
	seen := map[string]bool{}
	for _, dir := range dirs {
		dir = filepath.Clean(dir)
		if seen[dir] {
			return nil, usageError("%s is given twice", dir)
		}
		seen[dir] = true
		r, err := runs.Open(dir)
		if err != nil {
			return nil, err
		}
		if !r.Trained() {
			return nil, usageError("nothing was trained in %s yet: train it first, or leave it out", dir)
		}
		opened = append(opened, r)
	}
	return opened, nil
}

// tableOf computes the missing measures and returns the table.
func tableOf(c *cobra.Command, opened []*runs.Run, trajectories, points int) (*table.Table, error) {
	d, err := openDevice(c)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	report := progress.New(c.ErrOrStderr())
	defer report.End("")
	var entries []table.Entry
	for _, r := range opened {
		report.Begin("measuring " + r.Dir)
		n := trajectories
		if r.OfDensity() {
			n = points
		}
		e, err := table.Of(c.Context(), d, r, n)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.Dir, err)
		}
		entries = append(entries, e)
	}
	return table.Build(entries)
}
