package metrics_test

import (
	"fmt"

	"hgn.local/pkg/metrics"
)

// A learned energy is the true one up to scale, sign and zero; how well, says the share of variance explained.
func ExampleCalibrate() {
	learned := []float64{-0.1, -0.2, -0.3, -0.4}
	truth := []float64{1, 2, 3, 4.2}
	scale, offset, r2 := metrics.Calibrate(learned, truth)
	fmt.Printf("H ≈ %.3g·learned %+.3g, r² = %.4f\n", scale, offset, r2)
	fmt.Printf("rank correlation %.0f\n", metrics.RankCorrelation(learned, truth))
	// Output:
	// H ≈ -10.6·learned -0.1, r² = 0.9979
	// rank correlation -1
}
