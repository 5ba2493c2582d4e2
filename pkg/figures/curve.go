package figures

import (
	"fmt"
	"slices"

	"hgn.local/pkg/dataset"
	"hgn.local/pkg/plots"
	"hgn.local/pkg/runs"
	"hgn.local/pkg/training"
)

// TrainingCurve draws the error over the training, with earlier attempts: the pixel error, between the errors of the
// mean frame and of the clean frames, or the loss of a model without pixels.
func (r *Run) TrainingCurve() (*plots.Picture, error) {
	log, err := training.ReadLog(r.Dir)
	if err != nil {
		return nil, err
	}
	name, values, pixels := Errors(log.Curve)
	series := []plots.Series{{Name: "training batches", X: log.Steps, Y: values, Smooth: true}}
	if held := HeldOut(log.Curve, pixels); len(held) > 0 {
		series = append(series, plots.Series{Name: r.HeldOutName(), X: log.HeldOut.Steps, Y: held})
	}
	for i, c := range log.Earlier {
		_, values, _ := Errors(c)
		series = append(series, plots.Series{Name: fmt.Sprintf("attempt %d, given up", i+1), X: c.Steps, Y: values, Smooth: true})
	}
	chart := plots.Chart{Title: "Training " + r.Label, X: "step", Y: name, Height: 300}
	if r.OfDensity() {
		return plots.Curves(chart, series...)
	}
	test, err := r.Test()
	if err != nil {
		return nil, err
	}
	chart.LogY, chart.Markers = true, CurriculumMarks(r.Params, runs.Videos(test).Shape)
	if pixels {
		mean, floor, err := Baselines(test)
		if err != nil {
			return nil, err
		}
		chart.References = BaselineMarks(mean, floor)
	}
	return plots.Curves(chart, series...)
}

// Baselines returns the pixel error of always showing the mean frame, and that of the clean frames, which is 0 if
// these are unknown.
func Baselines(test *dataset.Dataset) (mean, floor float64, err error) {
	if mean, err = dataset.MeanFrameMSE(test, test); err == nil && test.Q != nil && test.System != "" {
		floor, err = test.NoiseFloorMSE()
	}
	return mean, floor, err
}

// BaselineMarks marks what Baselines returns on the axis of pixel errors.
func BaselineMarks(mean, floor float64) []plots.Mark {
	marks := []plots.Mark{{At: mean * PerMSE, Label: "mean frame"}}
	if floor > 0 {
		marks = append(marks, plots.Mark{At: floor * PerMSE, Label: "noise floor"})
	}
	return marks
}

// HeldOut returns the measures of held-out data in the unit of Errors.
func HeldOut(c training.Curve, pixels bool) []float64 {
	if pixels {
		return Times10000(c.HeldOut.Values)
	}
	return c.HeldOut.Values
}

// PixelError is the name of pixel errors in the unit of PerMSE.
const PixelError = "pixel MSE × 10⁴"

// Errors returns the errors of a training and their name: the pixel errors, or the loss if there are no pixels.
func Errors(c training.Curve) (name string, values []float64, pixels bool) {
	if mse := c.Losses["mse"]; slices.ContainsFunc(mse, func(x float64) bool { return x > 0 }) {
		return PixelError, Times10000(mse), true
	}
	return "loss", c.Losses["loss"], false
}
