package density

import (
	"math"
	"testing"
)

// TestAlongHalf compares the series with the quadrature, which knows nothing of it, over the whole range of arguments.
func TestAlongHalf(t *testing.T) {
	a := TwoMoons()
	for kappa := float64(seriesFrom); kappa < 1e9; kappa *= 1.5 {
		want := a.along(kappa, 1e-300, math.Pi) // not from 0, so that it is no full half circle
		if got := a.along(kappa, 0, math.Pi); math.Abs(got-want) > 2e-11 || got != alongHalf(kappa) {
			t.Errorf("κ = %g: %.14g, by quadrature %.14g", kappa, got, want)
		}
	}
	// An arc that ends near is not taken for a half circle.
	if got, all := a.along(100, 0, 0.1), alongHalf(100); got > all-0.1 {
		t.Errorf("to 0.1: %g, to π: %g", got, all)
	}
}
