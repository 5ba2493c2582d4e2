package figures

import (
	"fmt"
	"math"

	"hgn.local/gomlx_models/nhf"
	"hgn.local/pkg/density"
	"hgn.local/pkg/plots"
)

// convergencePoints is the number of test points over which Momenta averages.
const convergencePoints = 128

// convergenceMomenta are the numbers of momenta that Momenta compares.
var convergenceMomenta = []int{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096}

// Momenta draws how the negative log-likelihood of the same held-out points, which an NHF estimates, falls with the
// number of momenta drawn for each point: from the bound, which is the estimate with one, towards the exact value. The
// entropy of the target over these points is drawn as a line. The runs are flows of one density. The note gives the
// last values with their standard errors.
func Momenta(all ...*Run) (picture *plots.Picture, note string, err error) {
	if len(all) == 0 {
		return nil, "", mistake("the convergence of likelihoods is of at least one run")
	}
	if !SameTarget(all) {
		return nil, "", mistake("likelihoods are compared of runs of one density, and these are of %s: choose runs of one of them", targetsOf(all))
	}
	chart := plots.Chart{Title: "Held-out points of " + density.ShortName(all[0].Data.Density.Target), X: "momenta a point", Y: "NLL / nats", LogX: true}
	test, err := all[0].Data.Density.Test(convergencePoints)
	if err != nil {
		return nil, "", err
	}
	test = test.Part(0, min(test.N(), convergencePoints))
	var series []plots.Series
	for _, r := range all {
		m, _, err := r.DensityModel()
		if err != nil {
			return nil, "", err
		}
		f, ok := m.(*nhf.Model)
		if !ok {
			return nil, "", mistake("the run %q is of an %s, whose likelihood is exact: give the figure runs of an NHF", r.Name(), ModelName(r.Config))
		}
		estimates, err := f.Converge(test, convergenceMomenta)
		if err != nil {
			return nil, "", err
		}
		s := plots.Series{Name: r.Label}
		variance := 0.0 // of the last mean
		for j, k := range convergenceMomenta {
			nll := 0.0
			for _, e := range estimates {
				nll -= e[j].LogP / float64(test.N())
			}
			s.X, s.Y = append(s.X, float64(k)), append(s.Y, nll)
		}
		for _, e := range estimates {
			variance += math.Pow(last(e).Error/float64(test.N()), 2)
		}
		series = append(series, s)
		middle := len(convergenceMomenta) / 2
		note += fmt.Sprintf("%s: %.4f ± %.4f nats with %d momenta, and %.4f less than with %d. ", r.Label, last(s.Y), math.Sqrt(variance), last(convergenceMomenta),
			s.Y[middle]-last(s.Y), convergenceMomenta[middle])
	}
	if s, err := all[0].Target(); err == nil && s.Exact != nil {
		entropy := 0.0
		for i := range test.N() {
			entropy -= s.Exact.LogDensity(test.At(i)) / float64(test.N())
		}
		chart.References = []plots.Mark{{At: entropy, Label: "entropy of the target"}}
	}
	picture, err = plots.Curves(chart, series...)
	return picture, note + fmt.Sprintf("Over %d points; ±: the standard error that comes from the number of momenta.", test.N()), err
}
