package notebook

import (
	"fmt"
	"math"

	"hgn.local/pkg/plots"
	"hgn.local/pkg/runs"
)

// Likelihoods draws how the negative log-likelihood of held-out points went in the training of runs of one density, against
// steps and against seconds (Toth et al. 2020, Figure 10), with the number of each model's parameters in the legend.
func Likelihoods(names ...string) {
	cell(func() error { return likelihoods(names) })
}

func likelihoods(names []string) error {
	all, err := allOf("Likelihoods", names)
	if err != nil {
		return err
	}
	if !sameTarget(all) {
		return mistake("nb.Likelihoods compares runs of one density, and these are of %s: give it runs of one of them", targetsOf(all))
	}
	comparison := plots.Comparison{Title: "Held-out points of " + shortName(all[0].Data.Density.Target), Entropy: math.NaN()}
	var models []plots.Learning
	for _, r := range all {
		curve, err := r.Curve()
		if err != nil {
			return err
		}
		l := plots.Learning{Name: fmt.Sprintf("%s, %d parameters", r.plainName(), r.model.Parameters())}
		for _, p := range curve {
			l.Steps, l.Seconds, l.NLL = append(l.Steps, float64(p.Step)), append(l.Seconds, p.Seconds), append(l.NLL, p.NLL)
		}
		models = append(models, l)
	}
	if s := all[0].target; s.exact != nil {
		test, err := all[0].Data.Density.Test(0)
		if err != nil {
			return err
		}
		sum, n := 0.0, min(runs.CurvePoints, test.N())
		for i := range n {
			sum -= s.exact.LogDensity(test.At(i))
		}
		comparison.Entropy = sum / float64(n)
	}
	picture, err := plots.Likelihoods(comparison, models...)
	if err != nil {
		return err
	}
	return showPicture(Folder(), "likelihoods", "Negative log-likelihood of held-out points against training steps and seconds", picture)
}

// targetsOf lists the targets of runs.
func targetsOf(all []*Run) string {
	text := ""
	for i, r := range all {
		if i > 0 {
			text += ", "
		}
		text += shortName(r.Data.Density.Target)
	}
	return text
}
