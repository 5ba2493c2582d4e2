package metrics

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// VarianceAlong returns the mean over trajectories of the variance of the energy along each, which is 0 if the energy
// is conserved (Toth et al. 2020, Table 2). The scale of a learned energy is arbitrary, and that of an untrained one
// is tiny: compare systems by VarianceRatio.
func VarianceAlong(energy [][]float64) (mean float64) { return average(VariancesAlong(energy)) }

// VariancesAlong returns the variance of the energy along each trajectory, for an interval over them.
func VariancesAlong(energy [][]float64) []float64 {
	v := make([]float64, len(energy))
	for i, along := range energy {
		v[i] = variance(along)
	}
	return v
}

// VarianceRatio returns VarianceAlong divided by the variance, across trajectories, of their mean energies. It does
// not depend on the energy's scale and offset: 0 is perfect conservation, and at 1 the energy varies as much along a
// trajectory as between trajectories. Fewer than two trajectories give NaN.
func VarianceRatio(energy [][]float64) float64 { return average(VarianceRatios(energy)) }

// VarianceRatios divides the variance along each trajectory by the variance across trajectories, as VarianceRatio
// does. An interval over them ignores the uncertainty of the variance across: its relative error is about √(2/n) for
// n trajectories, the same for every model.
func VarianceRatios(energy [][]float64) []float64 {
	ratios, means := VariancesAlong(energy), make([]float64, len(energy))
	for i, along := range energy {
		means[i] = average(along)
	}
	across := variance(means)
	if len(energy) < 2 {
		across = math.NaN()
	}
	for i := range ratios {
		ratios[i] /= across
	}
	return ratios
}

// average returns the mean, or NaN without values.
func average(x []float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	return stat.Mean(x, nil)
}

func variance(x []float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	return stat.PopVariance(x, nil)
}

// RankCorrelation returns Spearman's correlation: Pearson's correlation of the ranks, where equal values share the
// mean of their ranks. It is 1 for any increasing relation between a and b, and -1 for any decreasing one. Constants
// give NaN.
func RankCorrelation(a, b []float64) float64 {
	if len(a) != len(b) || len(a) < 2 || slices.ContainsFunc(a, math.IsNaN) || slices.ContainsFunc(b, math.IsNaN) {
		return math.NaN()
	}
	return stat.Correlation(ranks(a), ranks(b), nil)
}

// ranks returns the ranks of the values, from 1.
func ranks(x []float64) []float64 {
	order := make([]int, len(x))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		switch {
		case x[i] < x[j]:
			return -1
		case x[i] > x[j]:
			return 1
		}
		return 0
	})
	r := make([]float64, len(x))
	for from := 0; from < len(order); {
		to := from + 1
		for to < len(order) && x[order[to]] == x[order[from]] {
			to++
		}
		for _, i := range order[from:to] {
			r[i] = float64(from+1+to) / 2
		}
		from = to
	}
	return r
}

// Calibrate finds the affine map from a learned energy, whose scale, sign and zero are arbitrary, to the true one:
// truth ≈ scale·learned + offset, with the least sum of squares. r2 is the share of the truth's variance that the map
// explains. A constant learned energy has no such map, and gives NaN.
func Calibrate(learned, truth []float64) (scale, offset, r2 float64) {
	if len(learned) != len(truth) || len(learned) < 2 || !(variance(learned) > 0) {
		return math.NaN(), math.NaN(), math.NaN()
	}
	offset, scale = stat.LinearRegression(learned, truth, nil, false)
	residual := 0.0
	for i, x := range learned {
		d := truth[i] - (scale*x + offset)
		residual += d * d
	}
	return scale, offset, 1 - residual/(variance(truth)*float64(len(truth)))
}
