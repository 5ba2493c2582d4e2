package notebook

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"hgn.local/pkg/figures"
	"hgn.local/pkg/metrics"
	"hgn.local/pkg/runs"
)

// Measures shows how good the model is: what `hgn eval` measures, each number beside what it is to be compared with. They
// are computed once for a checkpoint and kept in the run's folder.
func Measures(run *Run) {
	cell(func() error {
		s, err := run.scene()
		if err != nil {
			return err
		}
		return s.measures(false)
	})
}

// showMeasures displays the table, and until it is there, that it is on its way.
func (r *Run) showMeasures(short bool) error {
	replaceable := markdownDisplay()
	if inNotebook {
		replaceable("*Measuring the model: this is done once for a checkpoint …*")
	}
	report, err := r.measured()
	if err != nil {
		replaceable("*The model could not be measured.*")
		return err
	}
	replaceable(measureTable(report, short))
	return nil
}

// Report is what Measures shows of a run of videos.
func (r *Run) Report() (report *runs.Report) {
	cell(func() (err error) {
		report, err = r.measured()
		return err
	})
	return report
}

// measured is Report, from the run's folder or anew.
func (r *Run) measured() (*runs.Report, error) {
	if err := r.ofVideos(); err != nil {
		return nil, err
	}
	d, err := openDevice()
	if err != nil {
		return nil, err
	}
	return r.Run.ReportOf(context.Background(), d, tests(20))
}

// measureTable writes the measures in Markdown; short has those of a training's end.
func measureTable(r *runs.Report, short bool) string {
	if r.States != nil {
		return stateTable(r)
	}
	var b strings.Builder
	encoder := !short && r.RolloutShareEncoder != nil // a column of what the encoder can do alone
	row := func(name, value, alone, perfect, nothing string) {
		cells := []string{name, value, alone, perfect, nothing}
		if !encoder {
			cells = slices.Delete(cells, 2, 3)
		}
		fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | "))
	}
	row("measure", "value", "encoder alone", "perfect", "knows nothing")
	row(":--", "--:", "--:", "--:", "--:")

	mse := func(x float64) string { return fmt.Sprintf("%.2f", x*figures.PerMSE) }
	floor, nothing := "0", mse(r.MeanFrameMSE)
	if r.IrreducibleMSE != nil {
		floor = mse(*r.IrreducibleMSE)
	}
	alone := ""
	if r.MSETestEncoder != nil {
		alone = mse(*r.MSETestEncoder)
	}
	row("reconstruction of test videos, pixel MSE × 10⁴", mse(r.MSETest), alone, floor, nothing)
	if !short {
		row("reconstruction of training videos", mse(r.MSETrain), "", floor, nothing)
	}
	if r.RolloutShare != nil {
		rollout := func(name string, of func(*runs.Directions) float64) {
			error := func(share float64) string {
				return fmt.Sprintf("%s\u00a0(%.1f%%)", mse(share*r.MeanFrameMSE), 100*share)
			}
			alone := ""
			if r.RolloutShareEncoder != nil {
				alone = error(of(r.RolloutShareEncoder))
			}
			row(name, error(of(r.RolloutShare)), alone, "0", nothing)
		}
		rollout("rollout forward, $dt$", func(d *runs.Directions) float64 { return d.Forward })
		rollout("rollout backward, $-dt$", func(d *runs.Directions) float64 { return d.Backward })
		if !short {
			rollout("rollout at double speed, $2\\,dt$", func(d *runs.Directions) float64 { return d.Double })
			rollout("rollout at half speed, $dt/2$", func(d *runs.Directions) float64 { return d.Half })
		}
	}
	row("variance of $H$ along trajectories, over that across them", scientific("%.1e", r.EnergyVarianceRatio), "", "0", "1")
	if r.EnergyCorrelation != nil {
		row("rank correlation of learned and true energy", strings.Replace(fmt.Sprintf("%.4f", *r.EnergyCorrelation), "-", "−", 1), "", "1", "0")
	}
	if !short {
		row("there and back again, relative error of the state", scientific("%.0e", r.ReversalError), "", "1e-7 (float32)", "")
	}
	b.WriteString("\n" + footnote(r, short) + "\n")
	return b.String()
}

// stateTable is that of a model that learned from states.
func stateTable(r *runs.Report) string {
	var b strings.Builder
	b.WriteString("| measure | value | perfect |\n| :-- | --: | --: |\n")
	fmt.Fprintf(&b, "| squared distance from the true states, over their variance | %.2e | 0 |\n", r.States.MSE)
	fmt.Fprintf(&b, "| drift of the true energy over %d steps, over its spread | %s | 0 |\n", r.States.Steps, plusMinus(r.States.EnergyDrift))
	fmt.Fprintf(&b, "\nRollouts from the true first states of test trajectories. %d parameters; %d steps in %s on %s.\n", r.Parameters, r.Steps, brief(seconds(r.Seconds)), r.Backend)
	return b.String()
}

// plusMinus writes a mean with the half width of its 95% interval.
func plusMinus(e metrics.Estimate) string {
	return fmt.Sprintf("%.2g\u00a0±\u00a0%.1g", e.Mean, e.Half)
}

// footnote says what the yardsticks are, and in the long table what was trained.
func footnote(r *runs.Report, short bool) string {
	text := "All pixel errors are mean squares × 10⁴, of pixels in [0, 1]. *Knows nothing*: always the mean frame."
	if r.NoiseFloorMSE != nil && r.IrreducibleMSE != nil {
		text += fmt.Sprintf(" *Perfect* reconstruction is the least that is possible when the noise cannot be predicted, with the true states and the blur "+
			"that the noise makes of a disc; the true states drawn sharp give %.2f, the noise floor.", *r.NoiseFloorMSE*figures.PerMSE)
	}
	if r.Rollout != nil {
		text += " Rollouts start at the first frame and are compared with the true trajectory without noise; in brackets, the share of the mean frame's error."
	}
	if short {
		return text
	}
	if r.RolloutShareEncoder != nil {
		text += " *Encoder alone*: with states as the encoder infers them in one pass, which is the paper's inference; otherwise each state is refined by fitting it to its video, with the model as it is."
	}
	text += fmt.Sprintf("\n\n%d parameters, latent %s, K %s, %s; %d steps in %s on %s", r.Parameters, r.Latent, r.Kinetic, r.Integrator, r.Steps, brief(seconds(r.Seconds)), r.Backend)
	if r.Restarts > 0 {
		text += fmt.Sprintf(", after %d restarts", r.Restarts)
	}
	return text + "."
}

// scientific writes a number, or nothing where there is none.
func scientific(format string, x *float64) string {
	if x == nil {
		return ""
	}
	return fmt.Sprintf(format, *x)
}
