package figures

import (
	"fmt"
	"math"

	"hgn.local/pkg/density"
	"hgn.local/pkg/plots"
	"hgn.local/pkg/runs"
)

// Likelihoods draws the negative log-likelihood of held-out points during the training of runs of one density,
// against steps and against seconds (Toth et al. 2020, Figure 10). The legend gives the number of each model's
// parameters, and how many momenta a point estimate the likelihood of a flow with momenta.
func Likelihoods(all ...*Run) (*plots.Picture, error) {
	if len(all) == 0 {
		return nil, mistake("likelihoods are compared of at least one run")
	}
	for _, r := range all {
		if _, _, err := r.DensityModel(); err != nil {
			return nil, err
		}
	}
	if !SameTarget(all) {
		return nil, mistake("likelihoods are compared of runs of one density, and these are of %s: choose runs of one of them", targetsOf(all))
	}
	comparison := plots.Comparison{Title: "Held-out points of " + density.ShortName(all[0].Data.Density.Target), Entropy: math.NaN()}
	var models []plots.Learning
	for _, r := range all {
		curve, err := r.Curve()
		if err != nil {
			return nil, err
		}
		l := plots.Learning{Name: fmt.Sprintf("%s, %d parameters", r.Label, r.model.Parameters())}
		if k := r.CurveMomenta(); k > 0 {
			l.Name += fmt.Sprintf(", by %d momenta", k)
		}
		for _, p := range curve {
			l.Steps, l.Seconds, l.NLL = append(l.Steps, float64(p.Step)), append(l.Seconds, p.Seconds), append(l.NLL, p.NLL)
		}
		models = append(models, l)
	}
	if s := all[0].target; s.Exact != nil {
		test, err := all[0].Data.Density.Test(0)
		if err != nil {
			return nil, err
		}
		sum, n := 0.0, min(runs.CurvePoints, test.N())
		for i := range n {
			sum -= s.Exact.LogDensity(test.At(i))
		}
		comparison.Entropy = sum / float64(n)
	}
	return plots.Likelihoods(comparison, models...)
}

// SameTarget tells whether all runs learned the same density.
func SameTarget(all []*Run) bool {
	for _, r := range all {
		if r.Data.Density.Identity() != all[0].Data.Density.Identity() {
			return false
		}
	}
	return true
}

// targetsOf lists the targets of runs.
func targetsOf(all []*Run) string {
	text := ""
	for i, r := range all {
		if i > 0 {
			text += ", "
		}
		text += density.ShortName(r.Data.Density.Target)
	}
	return text
}
