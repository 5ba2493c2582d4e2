package metrics

import (
	"math"
	"slices"
)

// ConformalQuantile returns the score that a further value, exchangeable with the given ones, does not exceed with
// a probability of at least level: the k-th smallest of n scores, k = ⌈(n+1)·level⌉ (split conformal prediction,
// Papadopoulos et al. 2002, Lei et al. 2018). It is +Inf for too few scores.
func ConformalQuantile(scores []float64, level float64) float64 {
	k := int(math.Ceil(float64(len(scores)+1)*level - 1e-9))
	if k > len(scores) || k < 1 {
		return math.Inf(1)
	}
	return slices.Sorted(slices.Values(scores))[k-1]
}
