package metrics_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"hgn.local/pkg/metrics"
)

// The quantile holds further values as often as it says, for any distribution and also for few scores; too few give none.
func TestConformalQuantile(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const trials = 4000
	for _, n := range []int{9, 19, 40} {
		within := 0
		for range trials {
			scores := make([]float64, n)
			for i := range scores {
				scores[i] = math.Exp(2 * r.NormFloat64())
			}
			if math.Exp(2*r.NormFloat64()) <= metrics.ConformalQuantile(scores, 0.9) {
				within++
			}
		}
		share, want := float64(within)/trials, math.Ceil(0.9*float64(n+1)-1e-9)/float64(n+1)
		if math.Abs(share-want) > 4*math.Sqrt(want*(1-want)/trials) {
			t.Errorf("of %d scores the quantile holds %.3f, want %.3f", n, share, want)
		}
	}
	if q := metrics.ConformalQuantile(make([]float64, 8), 0.9); !math.IsInf(q, 1) {
		t.Errorf("of eight scores the quantile is %g", q)
	}
}
