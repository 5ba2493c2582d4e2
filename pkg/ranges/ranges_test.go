package ranges

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Outliers of any size do not move the range by more than its own width; what belongs to the data is in it.
func TestOf(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	normal := make([]float64, 1000)
	for i := range normal {
		normal[i] = r.NormFloat64()
	}
	low, high := Of(normal)
	if low > -2.5 || low < -5 || high < 2.5 || high > 5 {
		t.Errorf("a normal sample ranges from %v to %v", low, high)
	}
	for _, far := range []float64{50, 1e3, 1e6, 1e20, 1e300, math.MaxFloat64, math.Inf(1), math.NaN()} {
		if a, b := Of(append([]float64{far, -far}, normal...)); a != low || b != high {
			t.Errorf("with %v and %v: %v to %v, without %v to %v", far, -far, a, b, low, high)
		}
	}
	for name, c := range map[string]struct {
		values    []float64
		low, high float64
	}{
		"none":      {nil, math.Inf(1), math.Inf(-1)},
		"no finite": {[]float64{math.NaN()}, math.Inf(1), math.Inf(-1)},
		"few":       {[]float64{1, 2, 3, 100}, 1, 100},
		"constant":  {append(make([]float64, 50), 7), 0, 7},
		"two far":   {append(append(make([]float64, 50), normal...), 20, 1e9), low, high},
		"a tenth":   {append(ramp(10, 40, 41), ramp(90, 0, 1)...), 0, 41}, // a mode, no outliers
	} {
		if a, b := Of(c.values); a != c.low || b != c.high {
			t.Errorf("%s: %v to %v, want %v to %v", name, a, b, c.low, c.high)
		}
	}
}

func ramp(n int, low, high float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = low + (high-low)*float64(i)/float64(n-1)
	}
	return out
}
