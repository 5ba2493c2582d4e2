package figures

import (
	"fmt"
	"strings"

	"hgn.local/pkg/plots"
	"hgn.local/pkg/training"
)

// comparedSteps is the number of steps of the rollouts in a comparison.
const comparedSteps = 15

// Compare draws runs of the same kind in one picture: their errors over the training, on training batches and on
// held-out data, and below them what they have learned: of videos the rollouts of all runs from the first frame of test
// video i, forward, backward, at double and at half speed, below the true motion; of densities in the plane the
// densities. The note gives the errors of the rollouts.
func Compare(i int, all ...*Run) (p *plots.Picture, note string, err error) {
	if len(all) < 2 {
		return nil, "", mistake("a comparison is of two runs or more: name another run")
	}
	for _, r := range all[1:] {
		if r.OfDensity() != all[0].OfDensity() {
			return nil, "", mistake("the run %q learned a density, and the run %q did not: compare runs of one kind", densityOf(all).Name(), videosOf(all).Name())
		}
	}
	curves, err := TrainingCurves(all...)
	if err != nil {
		return nil, "", err
	}
	var learned *plots.Picture
	if all[0].OfDensity() {
		learned, err = Densities(all...)
	} else {
		learned, note, err = directionsOf(i, all)
	}
	if err != nil {
		return nil, "", err
	}
	p, err = plots.Grid(1, curves, learned)
	return p, note, err
}

func densityOf(all []*Run) *Run {
	for _, r := range all {
		if r.OfDensity() {
			return r
		}
	}
	return nil
}

func videosOf(all []*Run) *Run {
	for _, r := range all {
		if !r.OfDensity() {
			return r
		}
	}
	return nil
}

// TrainingCurves draws the errors of several runs over their trainings, on one axis: smoothed on training batches, and
// dashed on held-out data.
func TrainingCurves(all ...*Run) (*plots.Picture, error) {
	var logs []training.Log
	for _, r := range all {
		log, err := training.ReadLog(r.Dir)
		if err != nil {
			return nil, err
		}
		logs = append(logs, log)
	}
	series, unit, err := TrainingSeries(all, logs)
	if err != nil {
		return nil, err
	}
	return plots.Curves(plots.Chart{Title: "Training", X: "step", Y: unit, LogY: !all[0].OfDensity(), Typical: all[0].OfDensity(), Width: 860, Height: 320}, series...)
}

// TrainingSeries returns the curves of several runs and their common unit. Of a run that has done no step yet there is no
// curve.
func TrainingSeries(all []*Run, logs []training.Log) (series []plots.Series, unit string, err error) {
	styles := plots.Styles(len(all))
	var first *Run
	for k, r := range all {
		log := logs[k]
		if len(log.Steps) == 0 {
			continue
		}
		name, values, pixels := Errors(log.Curve)
		if first != nil && name != unit {
			return nil, "", mistake("the training of %q is measured by the %s, and that of %q by the %s: compare runs of one model", first.Name(), unit, r.Name(), name)
		}
		if first == nil {
			first, unit = r, name
		}
		series = append(series, plots.Series{Name: r.Label, X: log.Steps, Y: values, Smooth: true, Style: styles[k]})
		if held := HeldOut(log.Curve, pixels); len(held) > 0 {
			dashed := styles[k]
			dashed.Dashes = []float64{5, 3}
			series = append(series, plots.Series{Name: r.Label + ", " + r.HeldOutName(), X: log.HeldOut.Steps, Y: held, Style: dashed})
		}
	}
	return series, unit, nil
}

// directionsOf draws the rows of Directions for several runs of the same videos, run below run.
func directionsOf(i int, all []*Run) (p *plots.Picture, note string, err error) {
	first, err := all[0].Test()
	if err != nil {
		return nil, "", err
	}
	var rolled [][]*Rollout
	var errors []string
	for _, r := range all {
		test, err := r.Test()
		if err != nil {
			return nil, "", err
		}
		if test.Size != first.Size || test.Dt != first.Dt || test.System != first.System {
			return nil, "", mistake("the runs %q and %q are of different videos: compare runs of the same ones", all[0].Name(), r.Name())
		}
		rollouts, err := r.Rollouts(i, comparedSteps)
		if err != nil {
			return nil, "", err
		}
		rolled = append(rolled, rollouts)
		var parts []string
		for k, o := range rollouts {
			if o.Truth != nil {
				parts = append(parts, fmt.Sprintf("%s %.3g", speeds[k].name, o.MSE()*PerMSE))
			}
		}
		if parts != nil {
			errors = append(errors, fmt.Sprintf("of %s: %s", r.Label, strings.Join(parts, ", ")))
		}
	}
	var films []plots.Film
	for k, c := range speeds {
		if truth := rolled[0][k].Truth; truth != nil {
			films = append(films, plots.Film{Label: "true, " + c.name, Frames: truth})
		}
		for j, r := range all {
			films = append(films, plots.Film{Label: r.Label + ", " + c.name, Frames: rolled[j][k].Learned()})
		}
	}
	if errors != nil {
		note = fmt.Sprintf("Pixel MSE × 10⁴ of the rollouts against the true trajectory without noise, %s; of the mean frame: %.3g.", strings.Join(errors, "; "), rolled[0][0].MeanFrameMSE*PerMSE)
	}
	p, err = plots.FilmStrip(plots.Strip{Title: fmt.Sprintf("The learned dynamics from the first frame of test video %d", i), Size: first.Size}, films...)
	return p, note, err
}
