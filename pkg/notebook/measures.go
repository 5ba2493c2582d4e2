package notebook

import (
	"context"

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
	replaceable(runs.Sheet(report, short).Markdown())
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
