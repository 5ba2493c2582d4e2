package figures

import (
	"context"
	"fmt"

	"hgn.local/pkg/plots"
)

// Horizon compares how far ahead runs see: it draws the error of forecasts beyond the last frame that the model has
// seen, as a share of the mean frame's, against the number of frames ahead. Beside each system's runs it draws the
// error of an observer who knows the physics and has fitted a state to equally noisy positions: the physics itself
// makes small errors of a state grow.
func Horizon(compared ...*Run) (p *plots.Picture, note string, err error) {
	chart := plots.Chart{Title: "Forecasts beyond the last frame", X: "frames after the last one seen", Y: "error, % of the mean frame's", LogY: true, Height: 340,
		References: []plots.Mark{{At: 100, Label: "mean frame"}}}
	var series []plots.Series
	bounds := map[string]bool{}
	for _, r := range compared {
		report, err := r.Measures(context.Background())
		if err != nil {
			return nil, "", err
		}
		if len(report.ForecastShare) < 2 {
			return nil, "", mistake("the run %q has no forecasts to show: they need a simulated system, for the truth, and predictions that stay finite", r.Name())
		}
		series = append(series, plots.Series{Name: r.Label, X: Times(len(report.ForecastShare), 1), Y: times(report.ForecastShare, 100), Smooth: true})
		if key := r.Data.String(); !bounds[key] {
			bounds[key] = true
			name := "true physics"
			if len(compared) > 1 {
				name += ", " + report.System
			}
			series = append(series, plots.Series{Name: name, X: Times(len(report.ForecastShareBound), 1), Y: times(report.ForecastShareBound, 100), Smooth: true})
		}
		n := min(len(report.Forecasts), 2)
		from := 1
		for _, f := range report.Forecasts[:n] {
			note += fmt.Sprintf("%s, %d to %d frames ahead: %.1f%%, where the physics itself allows %.1f%%. ", r.Label, from, f.Frames, 100*f.Share.Mean, 100**f.Bound)
			from = f.Frames + 1
		}
	}
	p, err = plots.Curves(chart, series...)
	return p, note, err
}

func times(x []float64, factor float64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = factor * v
	}
	return out
}
