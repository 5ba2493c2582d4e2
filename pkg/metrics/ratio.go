package metrics

import (
	"math"

	"gonum.org/v1/gonum/stat"
)

// RatioInterval estimates the ratio of two means, Σa/Σb, over paired values, such as a model's errors on trajectories and those
// of a yardstick on the same ones, with its 95% interval: Mean is the ratio r, and Half that of the mean of (a - r·b)/b̄, as
// MeanInterval has it (the linearised ratio estimator; Cochran 1977, Sampling Techniques, section 6.3). It is closer than the
// interval of a alone where a hard trajectory is hard for both. Lengths that differ, and none, give NaN.
func RatioInterval(a, b []float64) Estimate {
	if len(a) != len(b) || len(a) == 0 {
		return Estimate{Mean: math.NaN(), Half: math.NaN(), N: len(a)}
	}
	below := stat.Mean(b, nil)
	ratio := stat.Mean(a, nil) / below
	residuals := make([]float64, len(a))
	for i := range a {
		residuals[i] = (a[i] - ratio*b[i]) / below
	}
	return Estimate{Mean: ratio, Half: MeanInterval(residuals).Half, N: len(a)}
}
