package notebook

import (
	"context"

	"hgn.local/pkg/runs"
)

// Measures shows how good the model is: the measures of `hgn eval`, each beside its reference value. They are
// computed once for a checkpoint and kept in the run's folder.
func Measures(run *Run) {
	cell(func() error {
		s, err := run.scene()
		if err != nil {
			return err
		}
		return s.measures(false)
	})
}

// showMeasures displays the table, and until it is ready, a line that says it is coming.
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
	replaceable(runs.Sheet(report, short).Markdown())
	return nil
}

// Report returns the measures that Measures shows of a run of videos.
func (r *Run) Report() (report *runs.Report) {
	cell(func() (err error) {
		report, err = r.measured()
		return err
	})
	return report
}

// measured reads the report from the run's folder or computes it.
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
