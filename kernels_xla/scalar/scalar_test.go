package scalar

import (
	"math"
	"testing"
	"time"
)

func TestExp(t *testing.T) {
	for x := -740.0; x < 709; x += 0.37 {
		if got, want := Exp(x), math.Exp(x); math.Abs(got-want) > 4e-16*(1+math.Abs(x))*want+5e-324 {
			t.Errorf("exp %g is %g instead of %g", x, got, want)
		}
	}
	for _, x := range []float64{math.Inf(1), math.Inf(-1), 0, 1e9, -1e9} {
		if got, want := Exp(x), math.Exp(x); got != want {
			t.Errorf("exp %g is %g instead of %g", x, got, want)
		}
	}
	if !math.IsNaN(Exp(math.NaN())) {
		t.Error("the exponential of what is no number is one")
	}
}

func TestLogSumExp(t *testing.T) {
	none := math.Inf(-1)
	for _, c := range []struct {
		x    []float64
		want float64
	}{
		{nil, none}, {[]float64{none, none}, none}, {[]float64{none, 3}, 3}, {[]float64{1000, 1000}, 1000 + math.Ln2}, {[]float64{-1000, -1001}, -1000 + math.Log1p(math.Exp(-1))},
		{[]float64{math.Inf(1), 2}, math.Inf(1)},
	} {
		if got := LogSumExp(c.x); got != c.want && !(math.Abs(got-c.want) < 1e-12) {
			t.Errorf("of %v: %g instead of %g", c.x, got, c.want)
		}
	}
	if !math.IsNaN(LogSumExp([]float64{1, math.NaN()})) {
		t.Error("a sum with what is no number is one")
	}
}

// BenchmarkExp compares both in loops that are long enough to be interrupted.
func BenchmarkExp(b *testing.B) {
	for name, f := range map[string]func(float64) float64{"math": math.Exp, "scalar": Exp} {
		b.Run(name, func(b *testing.B) {
			const n = 5_000_000
			worst, sum := time.Duration(0), 0.0
			for range b.N {
				began := time.Now()
				for i := range n {
					sum += f(-float64(i%30) / 7)
				}
				worst = max(worst, time.Since(began))
			}
			b.ReportMetric(float64(worst.Nanoseconds())/n, "ns/exp")
		})
	}
}
