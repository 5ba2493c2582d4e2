package notebook

import (
	"slices"

	"hgn.local/pkg/plots"
	"hgn.local/pkg/runs"
)

// PerStep compares the pixel error of runs frame by frame, of the first training and test videos (Toth et al. 2020,
// Figure 6) and of means over many. Dotted are the error of always showing the mean frame and the noise floor, where
// all runs have the same. It measures a run that was not measured yet.
func PerStep(compared ...*Run) {
	cell(func() error { return perStep(compared) })
}

func perStep(compared []*Run) error {
	if len(compared) == 0 {
		return mistake("nb.PerStep needs runs, for example nb.PerStep(nb.Open(\"leapfrog\"), nb.Open(\"euler\"))")
	}
	reports, err := reportsOf("PerStep", compared)
	if err != nil {
		return err
	}
	var pictures []*plots.Picture
	for _, panel := range []struct {
		title string
		of    func(*runs.Report) []float64
	}{
		{"The first training video", func(o *runs.Report) []float64 { return o.UnrollTrain }},
		{"The first test video", func(o *runs.Report) []float64 { return o.UnrollTest }},
		{"Mean over training videos", func(o *runs.Report) []float64 { return o.MSEPerStepTrain }},
		{"Mean over test videos", func(o *runs.Report) []float64 { return o.MSEPerStep }},
	} {
		chart := plots.Chart{Title: panel.title, Y: "pixel MSE × 10⁴", LogY: true, Width: 470, Height: 270, References: levels(reports)}
		var errors []plots.StepError
		for i, o := range reports {
			errors = append(errors, plots.StepError{Name: compared[i].Name(), Mean: times10000(panel.of(o))})
		}
		p, err := plots.PerStep(chart, errors...)
		if err != nil {
			return err
		}
		pictures = append(pictures, p)
	}
	p, err := plots.Grid(2, pictures...)
	if err != nil {
		return err
	}
	return showPicture(Folder(), "per_step", "Pixel error of each frame, of one video and the mean of many, in training and in test", p)
}

// reportsOf are the measures of runs that learned from videos.
func reportsOf(call string, compared []*Run) ([]*runs.Report, error) {
	var out []*runs.Report
	for _, r := range compared {
		if r == nil {
			return nil, mistake("one of the runs of nb.%s is nil: open it with nb.Open", call)
		}
		o, err := r.measured()
		if err != nil {
			return nil, err
		}
		if o.States != nil {
			return nil, mistake("the run %q learned from states, so that nb.%s has no frames to compare", r.Name(), call)
		}
		out = append(out, o)
	}
	return out, nil
}

// levels are the yardsticks that some runs have in common.
func levels(reports []*runs.Report) []plots.Mark {
	same := func(of func(*runs.Report) float64) (float64, bool) {
		x := of(reports[0])
		return x, x > 0 && !slices.ContainsFunc(reports, func(o *runs.Report) bool { return of(o) != x })
	}
	var marks []plots.Mark
	if x, ok := same(func(o *runs.Report) float64 { return o.MeanFrameMSE }); ok {
		marks = append(marks, plots.Mark{At: x * perMSE, Label: "mean frame"})
	}
	floor := func(o *runs.Report) float64 {
		if o.NoiseFloorMSE == nil {
			return 0
		}
		return *o.NoiseFloorMSE
	}
	if x, ok := same(floor); ok {
		marks = append(marks, plots.Mark{At: x * perMSE, Label: "noise floor"})
	}
	return marks
}
