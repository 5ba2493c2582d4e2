package main

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/spf13/cobra"

	"hgn.local/pkg/metrics"
	"hgn.local/pkg/progress"
	"hgn.local/pkg/runs"
)

// newEvalCommand measures a trained run.
func newEvalCommand() *cobra.Command {
	var asJSON bool
	var trajectories, points int
	c := &cobra.Command{
		Use:     "eval DIR",
		Example: `  hgn eval runs/pendulum --json`,
		Short:   "Measure a trained model",
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
			report := progress.New(c.ErrOrStderr())
			report.Begin("measuring " + args[0])
			if run.OfDensity() {
				r, err := run.EvaluateDensity(c.Context(), d, points)
				report.End("")
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
			report.End("")
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
	p("training", "%d of %d steps in %s on %s, %d restarts, %d trajectories", r.Steps, r.Planned, times(r.Header), r.Backend, r.Restarts, r.TrainTrajectories)
	p("test", "%d trajectories", r.TestTrajectories)
	if s := r.States; s != nil {
		return printStates(p, s)
	}
	p("pixel MSE x 1e4", "train %.2f, test %.2f%s", 1e4*r.MSETrain, 1e4*r.MSETest, half(&r.MSETestInterval, " ± %.2f", 1e4))
	p("  of the mean frame", "%.2f", 1e4*r.MeanFrameMSE)
	if r.NoiseFloorMSE != nil {
		p("  of the clean frames", "%.2f (best possible with the true state %.2f)", 1e4**r.NoiseFloorMSE, 1e4**r.IrreducibleMSE)
		if r.Excess != nil {
			p("  excess", "%.1f%s%%", 100**r.Excess, half(r.ExcessInterval, " ± %.1f", 100))
		} else {
			p("  excess", "none: the noise moves the frames as much as the motion does")
		}
	}
	if s := r.RolloutShare; s != nil {
		p("rollout / mean frame", "%s", everyWay(s, r.RolloutShareInterval, 100, "%"))
	}
	if s := r.RolloutShareEncoder; s != nil {
		p("  by the encoder alone", "%s", everyWay(s, r.RolloutShareEncoderInterval, 100, "%"))
	}
	if r.MSETestEncoder != nil {
		p("  test MSE by it", "%.2f%s", 1e4**r.MSETestEncoder, half(r.MSETestEncoderInterval, " ± %.2f", 1e4))
	}
	if v := r.VPT; v != nil {
		p("valid prediction, frames", "%s", everyWay(v, r.VPTInterval, 1, ""))
	}
	if r.ReversalError != nil {
		p("reversal error", "%.1e", *r.ReversalError)
	}
	if r.EnergyVarianceRatio != nil {
		p("energy variance", "%.2e along trajectories, %.1e%s of that across", r.EnergyVariance, *r.EnergyVarianceRatio, half(r.EnergyVarianceRatioInterval, " ± %.0e", 1))
	} else if r.TestTrajectories < 2 {
		p("energy variance", "%.2e along the one trajectory, with none to compare across", r.EnergyVariance)
	} else {
		p("energy variance", "%.2e along trajectories: the learned energy is constant", r.EnergyVariance)
	}
	if r.EnergyCorrelation != nil {
		p("energy rank correlation", "%.3f", *r.EnergyCorrelation)
	}
	if s := r.SyMetric; s != nil {
		p("SyMetric", "%v: R2 %.3f, deviation from symplectic %.4f (polynomial of degree %d)", s.Holds, s.R2, s.Symplecticity, s.Degree)
	}
	p("", "±: half of the 95%% interval over the test trajectories")
	return nil
}

// everyWay writes a measure in all directions, in units of 1/scale, with its intervals. What ran off to infinity says so.
func everyWay(d *runs.Directions, in *runs.Intervals, scale float64, sign string) string {
	if in == nil {
		in = &runs.Intervals{}
	}
	var parts []string
	for _, way := range []struct {
		name  string
		value float64
		e     metrics.Estimate
	}{{"forward", d.Forward, in.Forward}, {"backward", d.Backward, in.Backward}, {"double", d.Double, in.Double}, {"half", d.Half, in.Half}} {
		text := way.name + " not finite"
		if !math.IsNaN(way.value) && !math.IsInf(way.value, 0) {
			text = fmt.Sprintf("%s %.1f%s%s", way.name, scale*way.value, half(&way.e, " ± %.1f", scale), sign)
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}

// half writes half of an interval, in units of 1/scale, or nothing where there is none, as of one trajectory.
func half(e *metrics.Estimate, format string, scale float64) string {
	if e == nil || e.N < 2 || math.IsNaN(e.Half) || math.IsInf(e.Half, 0) {
		return ""
	}
	return fmt.Sprintf(format, scale*e.Half)
}

// times says how long a training took, and its steps alone where that is known.
func times(h runs.Header) string {
	if h.StepSeconds == 0 {
		return fmt.Sprintf("%.0f s", h.Seconds)
	}
	return fmt.Sprintf("%.0f s, of which steps %.0f s,", h.Seconds, h.StepSeconds)
}

// printStates writes the measures of a model that learned from states.
func printStates(p func(name, format string, values ...any), s *runs.StateReport) error {
	if math.IsNaN(s.MSE) || math.IsInf(s.MSE, 0) {
		p("error of states", "not finite: the rollouts run off to infinity")
	} else {
		p("error of states", "%.2e of their variance", s.MSE)
	}
	if !math.IsNaN(s.EnergyDrift.Mean) && !math.IsInf(s.EnergyDrift.Mean, 0) {
		p("energy drift", "%.4f%s of the energies' spread, over %d steps", s.EnergyDrift.Mean, half(&s.EnergyDrift, " ± %.4f", 1), s.Steps)
	}
	return nil
}

// printDensity writes the report of a density for people, in nats.
func printDensity(w io.Writer, r *runs.DensityReport) {
	p := func(name, format string, values ...any) {
		fmt.Fprintf(w, "%-26s "+format+"\n", append([]any{name}, values...)...)
	}
	p("model", "%s, preset %s, seed %d, %d parameters", r.Model, r.Preset, r.Seed, r.Parameters)
	p("training", "%d of %d steps in %s on %s, %d points of %s", r.Steps, r.Planned, times(r.Header), r.Backend, r.TrainPoints, r.Target)
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
