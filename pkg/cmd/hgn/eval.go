package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"hgn.local/pkg/runs"
)

// newEvalCommand measures a trained run.
func newEvalCommand() *cobra.Command {
	var asJSON bool
	var trajectories, points int
	c := &cobra.Command{
		Use:   "eval DIR",
		Short: "Measure a trained model",
		Long: `Measure a trained model. Of videos: reconstruction, rollouts in both directions of time and at other speeds
against the clean truth, and how well the learned energy is conserved and agrees with the true one. Of a density: the negative
log-likelihood of test points with its standard error, the divergence from the target where its density is known, and the
reversal error.`,
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
			progress := newReporter(c.ErrOrStderr())
			progress.begin("measuring " + args[0])
			if run.OfDensity() {
				r, err := run.EvaluateDensity(c.Context(), d, points)
				progress.end("")
				if err != nil {
					return err
				}
				if asJSON {
					return printJSON(c.OutOrStdout(), r)
				}
				printDensity(c.OutOrStdout(), r)
				return nil
			}
			r, err := run.Evaluate(c.Context(), d, trajectories)
			progress.end("")
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(c.OutOrStdout(), r)
			}
			return printReport(c.OutOrStdout(), r)
		},
	}
	c.Flags().IntVar(&trajectories, "trajectories", runs.TestTrajectories, "test trajectories to simulate; of files, those held out are taken")
	c.Flags().IntVar(&points, "points", runs.TestPoints, "test points to draw from a density; of a file, those held out are taken")
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return c
}

// printReport writes a report for people. Pixel errors are times 10⁴, as the papers have them.
func printReport(w io.Writer, r *runs.Report) error {
	p := func(name, format string, values ...any) {
		fmt.Fprintf(w, "%-26s "+format+"\n", append([]any{name}, values...)...)
	}
	p("model", "%s, preset %s, latent %s, seed %d, %d parameters", r.Model, r.Preset, r.Latent, r.Seed, r.Parameters)
	p("training", "%d of %d steps in %.0f s on %s, %d restarts, %d trajectories", r.Steps, r.Planned, r.Seconds, r.Backend, r.Restarts, r.TrainTrajectories)
	p("test", "%d trajectories", r.TestTrajectories)
	if s := r.States; s != nil {
		return printStates(p, s)
	}
	p("pixel MSE x 1e4", "train %.2f, test %.2f ± %.2f", 1e4*r.MSETrain, 1e4*r.MSETest, 1e4*r.MSETestInterval.Half)
	p("  of the mean frame", "%.2f", 1e4*r.MeanFrameMSE)
	if r.NoiseFloorMSE != nil {
		p("  of the clean frames", "%.2f (best possible with the true state %.2f)", 1e4**r.NoiseFloorMSE, 1e4**r.IrreducibleMSE)
		p("  excess", "%.1f%%", 100**r.Excess)
	}
	if s := r.RolloutShare; s != nil {
		p("rollout / mean frame", "forward %.1f%%, backward %.1f%%, double %.1f%%, half %.1f%%", 100*s.Forward, 100*s.Backward, 100*s.Double, 100*s.Half)
	}
	if v := r.VPT; v != nil {
		p("valid prediction, frames", "forward %.1f, backward %.1f, double %.1f, half %.1f", v.Forward, v.Backward, v.Double, v.Half)
	}
	if s := r.RolloutShareEncoder; s != nil {
		p("  by the encoder alone", "forward %.1f%%, backward %.1f%%, double %.1f%%, half %.1f%%; test MSE %.2f", 100*s.Forward, 100*s.Backward, 100*s.Double, 100*s.Half, 1e4**r.MSETestEncoder)
	}
	if r.ReversalError != nil {
		p("reversal error", "%.1e", *r.ReversalError)
	}
	if r.EnergyVarianceRatio != nil {
		p("energy variance", "%.2e along trajectories, %.1e of that across", r.EnergyVariance, *r.EnergyVarianceRatio)
	} else {
		p("energy variance", "%.2e along trajectories: the learned energy is constant", r.EnergyVariance)
	}
	if r.EnergyCorrelation != nil {
		p("energy rank correlation", "%.3f", *r.EnergyCorrelation)
	}
	if s := r.SyMetric; s != nil {
		p("SyMetric", "%v: R2 %.3f, deviation from symplectic %.4f (polynomial of degree %d)", s.Holds, s.R2, s.Symplecticity, s.Degree)
	}
	return nil
}

// printStates writes the measures of a model that learned from states.
func printStates(p func(name, format string, values ...any), s *runs.StateReport) error {
	p("error of states", "%.2e of their variance", s.MSE)
	p("energy drift", "%.4f ± %.4f of the energies' spread, over %d steps", s.EnergyDrift.Mean, s.EnergyDrift.Half, s.Steps)
	return nil
}

// printDensity writes the report of a density for people, in nats.
func printDensity(w io.Writer, r *runs.DensityReport) {
	p := func(name, format string, values ...any) {
		fmt.Fprintf(w, "%-26s "+format+"\n", append([]any{name}, values...)...)
	}
	p("model", "%s, preset %s, seed %d, %d parameters", r.Model, r.Preset, r.Seed, r.Parameters)
	p("training", "%d of %d steps in %.0f s on %s, %d points of %s", r.Steps, r.Planned, r.Seconds, r.Backend, r.TrainPoints, r.Target)
	p("test", "%d points", r.TestPoints)
	if r.NLL == nil {
		p("negative log-likelihood", "infinite: some test points have no density under the model")
	} else {
		p("negative log-likelihood", "%.4f ± %.4f nats (standard error)", *r.NLL, *r.NLLError)
	}
	if r.ELBO != nil {
		p("  by the ELBO", "%.4f", -*r.ELBO)
	}
	if r.Entropy != nil {
		p("  of the target itself", "%.4f", *r.Entropy)
	}
	if r.Divergence != nil {
		p("divergence from it", "%.4f ± %.4f", *r.Divergence, *r.DivergenceError)
	}
	if r.ModeError != nil {
		p("shares of the modes", "within %.1f%% of their weights", 100**r.ModeError)
	}
	if r.ReversalError != nil {
		p("reversal error", "%.1e", *r.ReversalError)
	}
}
