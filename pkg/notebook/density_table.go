package notebook

import (
	"context"
	"fmt"
	"strings"

	"hgn.local/pkg/figures"
	"hgn.local/pkg/runs"
)

// DensityTable puts runs of densities side by side: the negative log-likelihood of held-out points, the bound, the divergence
// of the target from the model, the parameters, the time that the training took, and how far there and back again misses.
// What was not measured yet is measured, once for a checkpoint.
func DensityTable(names ...string) {
	cell(func() error {
		all, err := allOf("DensityTable", names)
		if err != nil {
			return err
		}
		return showDensityTable(all)
	})
}

// DensityReport is what DensityTable shows of a run.
func (r *Run) DensityReport() (report *runs.DensityReport) {
	cell(func() (err error) {
		report, err = r.measuredDensity("DensityReport")
		return err
	})
	return report
}

func (r *Run) measuredDensity(call string) (*runs.DensityReport, error) {
	if _, _, err := r.learned(call); err != nil {
		return nil, err
	}
	d, err := openDevice()
	if err != nil {
		return nil, err
	}
	return r.Run.DensityReportOf(context.Background(), d, tests(500))
}

func showDensityTable(all []*Run) error {
	replaceable := markdownDisplay()
	if inNotebook {
		replaceable("*Measuring: this is done once for a checkpoint …*")
	}
	var reports []*runs.DensityReport
	for _, r := range all {
		report, err := r.measuredDensity("DensityTable")
		if err != nil {
			replaceable("*The densities could not be measured.*")
			return err
		}
		reports = append(reports, report)
	}
	replaceable(densityTable(all, reports))
	return nil
}

// densityTable writes reports in Markdown.
func densityTable(all []*Run, reports []*runs.DensityReport) string {
	var b strings.Builder
	one := figures.SameTarget(drawn(all))
	head := []string{"run", "model"}
	if !one {
		head = append(head, "target", "entropy")
	}
	head = append(head, "NLL of held-out points", "−ELBO", "divergence from the target", "parameters", "training", "there and back")
	row := func(cells []string) { fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | ")) }
	row(head)
	marks := make([]string, len(head))
	for i := range marks {
		marks[i] = "--:"
	}
	marks[0], marks[1] = ":--", ":--"
	row(marks)
	for i, report := range reports {
		cells := []string{all[i].drawn.Label, figures.ModelName(all[i].Config)}
		if !one {
			cells = append(cells, figures.ShortName(report.Target), nats(report.Entropy))
		}
		elbo := ""
		if report.ELBO != nil {
			elbo = nats(negated(report.ELBO))
		}
		row(append(cells, measuredNats(report.NLL, report.NLLError), elbo, measuredNats(report.Divergence, report.DivergenceError),
			fmt.Sprint(report.Parameters), brief(seconds(report.Seconds)), scientific("%.0e", report.ReversalError)))
	}
	fmt.Fprintf(&b, "\nIn nats, over %d points that no training has seen, with the standard error of each mean.", reports[0].TestPoints)
	if h := reports[0].Entropy; one && h != nil {
		fmt.Fprintf(&b, " The mean of −log p of the target itself over these points is %s: no model can be expected to have a lower NLL.", nats(h))
	}
	if k := reports[0].Momenta; k > 0 {
		fmt.Fprintf(&b, " The NLL of an NHF is estimated from %d momenta a point, which makes it too high rather than too low.", k)
	}
	fmt.Fprintf(&b, " *There and back*: the largest difference, in standardised coordinates, after the flow and its inverse.\n")
	return b.String()
}

func nats(x *float64) string {
	if x == nil {
		return "–"
	}
	return strings.Replace(fmt.Sprintf("%.3f", *x), "-", "−", 1)
}

// measuredNats is a mean with its standard error.
func measuredNats(x, e *float64) string {
	if x == nil || e == nil {
		return nats(x)
	}
	return fmt.Sprintf("%s\u00a0±\u00a0%.3f", nats(x), *e)
}

func negated(x *float64) *float64 {
	y := -*x
	return &y
}
