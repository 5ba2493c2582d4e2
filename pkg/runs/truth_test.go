package runs

import (
	"math"
	"math/rand/v2"
	"testing"

	"hgn.local/pkg/metrics"
	"hgn.local/pkg/physics"
)

// A learned angle that is the true one turned, reflected and wrapped is canonical all the same, with p reflected.
func TestUnwrappedAnglesAreCanonical(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var learned, truth [][]float64
	for range 4000 {
		q, p := math.Pi*(4*r.Float64()-2), 2*r.Float64()-1
		truth = append(truth, []float64{q, p})
		learned = append(learned, []float64{math.Remainder(1-q, 2*math.Pi), -3 * p})
	}
	if before := metrics.MeasureSyMetric(learned, truth, 5); before.R2 > 0.99 {
		t.Error("a wrapped angle passes: the test could not notice a missing turn")
	}
	unwrap(learned, truth, []bool{true}, []string{physics.Circle})
	if after := metrics.MeasureSyMetric(learned, truth, 5); !after.Vacuous || after.R2 < 0.999 || after.Symplecticity > 1e-6 {
		t.Errorf("unwrapped: %+v", after)
	}
}
