package main

import (
	"encoding/json"
	"io"

	"github.com/spf13/cobra"

	"hgn.local/pkg/progress"
	"hgn.local/pkg/runs"
)

// newEvalCommand returns the command that measures a trained run.
func newEvalCommand() *cobra.Command {
	var asJSON bool
	var trajectories, points int
	c := &cobra.Command{
		Use:     "eval DIR",
		Example: `  hgn eval runs/pendulum --json`,
		Short:   "Measure a trained model",
		Long: `Measure a trained model. Of videos: reconstruction, rollouts in both directions of time and at other speeds
against the clean truth, and how well the learned energy is conserved and agrees with the true one. A verdict says in one sentence
whether the videos show a Hamiltonian system at all: whether they are cut, can be predicted, and lose energy; --json has the
evidence. Of a density: the negative log-likelihood of test points with its standard error, beside that of a normal density if they
come from a file, the divergence from the target where its density is known, and the reversal error. Of p(x|c) all are given c.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			run, err := runs.Open(args[0])
			if err != nil {
				return err
			}
			for name, n := range map[string]int{"trajectories": trajectories, "points": points} {
				if n < 2 {
					return usageError("--%s must be at least 2, not %d", name, n)
				}
				if c.Flags().Changed(name) && run.OfDensity() != (name == "points") {
					return usageError("--%s does not apply to a run of %s: leave it out", name, run.Model)
				}
			}
			d, err := openDevice(c)
			if err != nil {
				return err
			}
			defer d.Close()
			report := progress.New(c.ErrOrStderr())
			report.Begin("measuring " + args[0])
			var measured runs.Measured
			if run.OfDensity() {
				measured, err = run.EvaluateDensity(c.Context(), d, points)
			} else {
				if run.Data.File != "" && !c.Flags().Changed("trajectories") {
					trajectories = 0 // all
				}
				measured, err = run.Evaluate(c.Context(), d, trajectories)
			}
			report.End("")
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(c.OutOrStdout(), withMeasures{measured})
			}
			_, err = io.WriteString(c.OutOrStdout(), runs.Sheet(measured, false).Text())
			return err
		},
	}
	c.Flags().IntVar(&trajectories, "trajectories", runs.TestTrajectories, "test trajectories to simulate; of files, so many of those held out (default: all)")
	c.Flags().IntVar(&points, "points", runs.TestPoints, "test points to draw from a density; of a file, those held out are taken")
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return c
}

// withMeasures is a report as JSON with the list of its measures. Each has a name, a unit, an interval, and values
// for comparison.
type withMeasures struct{ runs.Measured }

func (r withMeasures) MarshalJSON() ([]byte, error) {
	text, err := json.Marshal(r.Measured)
	if err != nil {
		return nil, err
	}
	measures, err := json.Marshal(r.Measures())
	if err != nil {
		return nil, err
	}
	text = append(text[:len(text)-1], `,"measures":`...)
	return append(append(text, measures...), '}'), nil
}
