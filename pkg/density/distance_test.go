package density

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The energy distance of two normal densities whose means differ by δ standard deviations is known on the line, it is
// zero within its error for two samples of one density, and it does not depend on units.
func TestEnergyDistance(t *testing.T) {
	const n = 3000
	draw := func(seed uint64, shift, scale float64) []float64 {
		r, x := rand.New(rand.NewPCG(seed, 0)), make([]float64, n)
		for i := range x {
			x[i] = scale * (r.NormFloat64() + shift)
		}
		return x
	}
	// E|N(δ, 2)| = 2/√π exp(-δ²/4) + δ erf(δ/2)
	between := func(delta float64) float64 {
		return 2/math.SqrtPi*math.Exp(-delta*delta/4) + delta*math.Erf(delta/2)
	}
	for _, delta := range []float64{0, 0.5, 2} {
		want := 2 * (between(delta) - between(0))
		value, standardError, err := EnergyDistance(draw(1, 0, 1), draw(2, delta, 1), 1)
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(value-want) > 4*standardError || standardError > 0.05 || !(standardError > 0) {
			t.Errorf("δ = %g: the distance is %.4f ± %.4f, want %.4f", delta, value, standardError, want)
		}
		other, _, err := EnergyDistance(draw(1, 0, 1000), draw(2, delta, 1000), 1)
		if err != nil || math.Abs(other-value) > 1e-9 {
			t.Errorf("δ = %g: in other units the distance is %g instead of %g, %v", delta, other, value, err)
		}
	}
	for _, bad := range [][]float64{make([]float64, 10), {math.NaN()}, nil} {
		if _, _, err := EnergyDistance(draw(1, 0, 1), bad, 1); err == nil {
			t.Errorf("%v passes", bad)
		}
	}
}
