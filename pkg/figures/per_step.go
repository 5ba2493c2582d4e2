package figures

import (
	"slices"

	"hgn.local/pkg/plots"
	"hgn.local/pkg/runs"
)

// Measured is a run that learned from videos, with its measures.
type Measured struct {
	Name   string
	Report *runs.Report
}

// PerStep compares the pixel error of runs frame by frame, for the first training and test videos (Toth et al. 2020,
// Figure 6) and for means over many. Dotted lines show the error of always showing the mean frame and the noise
// floor, if all runs have the same.
func PerStep(compared ...Measured) (*plots.Picture, error) {
	for _, r := range compared {
		if r.Report.States != nil {
			return nil, mistake("the run %q learned from states, so that there are no frames to compare", r.Name)
		}
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
		chart := plots.Chart{Title: panel.title, X: "frame", Y: "pixel MSE × 10⁴", LogY: true, Width: 470, Height: 270, References: levels(compared)}
		var errors []plots.Series
		for _, r := range compared {
			errors = append(errors, plots.Series{Name: r.Name, Y: Times10000(panel.of(r.Report))})
		}
		p, err := plots.Curves(chart, errors...)
		if err != nil {
			return nil, err
		}
		pictures = append(pictures, p)
	}
	return plots.Grid(2, pictures...)
}

// levels returns the baselines that all runs have in common.
func levels(compared []Measured) []plots.Mark {
	same := func(of func(*runs.Report) float64) (float64, bool) {
		x := of(compared[0].Report)
		return x, x > 0 && !slices.ContainsFunc(compared, func(r Measured) bool { return of(r.Report) != x })
	}
	var marks []plots.Mark
	if x, ok := same(func(o *runs.Report) float64 { return o.MeanFrameMSE }); ok {
		marks = append(marks, plots.Mark{At: x * PerMSE, Label: "mean frame"})
	}
	floor := func(o *runs.Report) float64 {
		if o.NoiseFloorMSE == nil {
			return 0
		}
		return *o.NoiseFloorMSE
	}
	if x, ok := same(floor); ok {
		marks = append(marks, plots.Mark{At: x * PerMSE, Label: "noise floor"})
	}
	return marks
}
