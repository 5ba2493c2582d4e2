package notebook

import (
	"context"

	"hgn.local/pkg/runs"
)

// DensityTable puts runs of densities side by side: the negative log-likelihood of held-out points, the bound, the
// divergence of the target from the model, the parameters, the duration of the training, and the error after going
// through the flow and back. It computes missing measures, once for each checkpoint.
func DensityTable(names ...string) {
	cell(func() error {
		all, err := allOf("DensityTable", names)
		if err != nil {
			return err
		}
		return showDensityTable(all)
	})
}

// DensityReport returns the measures that DensityTable shows of a run.
func (r *Run) DensityReport() (report *runs.DensityReport) {
	cell(func() (err error) {
		report, err = r.measuredDensity("DensityReport")
		return err
	})
	return report
}

func (r *Run) measuredDensity(call string) (*runs.DensityReport, error) {
	if !r.OfDensity() || !r.Data.Density.Unseen() {
		if _, _, err := r.learned(call); err != nil {
			return nil, err
		}
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
	var names []string
	var reports []runs.Measured
	for _, r := range all {
		report, err := r.measuredDensity("DensityTable")
		if err != nil {
			replaceable("*The densities could not be measured.*")
			return err
		}
		names, reports = append(names, r.drawn.Label), append(reports, report)
	}
	replaceable(runs.SideBySide(names, reports...).Markdown())
	return nil
}
