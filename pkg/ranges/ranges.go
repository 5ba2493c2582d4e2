// Package ranges chooses the range of numbers that a picture shows, so that a few far values do not determine it.
package ranges

import (
	"math"
	"slices"
)

// least is the smallest number of values at which any of them may count as an outlier.
const least = 20

// Of returns the range of the finite values, without outliers: values at an end, at most 2% of all and at least one,
// that lie more than twice the width of the others beyond them. For fewer than 20 values it returns the whole range,
// and without values (+Inf, -Inf).
func Of(values []float64) (low, high float64) {
	sorted := make([]float64, 0, len(values))
	for _, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			sorted = append(sorted, v)
		}
	}
	n := len(sorted)
	if n == 0 {
		return math.Inf(1), math.Inf(-1)
	}
	slices.Sort(sorted)
	low, high = sorted[0], sorted[n-1]
	if n < least {
		return low, high
	}
	cut := max(1, n/50)
	first, last := sorted[cut], sorted[n-1-cut]
	width := last - first
	if !(width > 0) || math.IsInf(width, 0) {
		return low, high
	}
	if first-low > 2*width {
		at, _ := slices.BinarySearch(sorted, first-width)
		low = sorted[at]
	}
	if high-last > 2*width {
		at, _ := slices.BinarySearch(sorted, math.Nextafter(last+width, math.Inf(1)))
		high = sorted[at-1]
	}
	return low, high
}
