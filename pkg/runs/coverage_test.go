package runs

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Bands that are too narrow, by a factor that grows with the horizon, hold too little of the truth, and nine of ten once
// they are calibrated on other videos. Without other videos nothing is calibrated.
func TestCalibratedCoverage(t *testing.T) {
	const frames, videos = 15, 1500
	r := rand.New(rand.NewPCG(1, 2))
	scores := func() [][]float64 {
		out := make([][]float64, 2*frames)
		for k := 0; k < len(out); k += coverageEvery {
			for range videos {
				out[k] = append(out[k], math.Abs(r.NormFloat64())*(1+0.1*float64(k))/normal90)
			}
		}
		return out
	}
	c := coverageOf(scores(), scores(), frames, videos)
	if *c.Seen > 0.8 || *c.Forecast > 0.5 {
		t.Errorf("bands that are too narrow hold %.2f and %.2f", *c.Seen, *c.Forecast)
	}
	if math.Abs(*c.CalibratedSeen-0.9) > 0.03 || math.Abs(*c.CalibratedForecast-0.9) > 0.03 {
		t.Errorf("calibrated bands hold %.3f and %.3f", *c.CalibratedSeen, *c.CalibratedForecast)
	}
	if len(c.Horizons) != 6 {
		t.Fatalf("there are %d horizons", len(c.Horizons))
	}
	for i, h := range c.Horizons {
		if h.From != 5*i || h.To != 5*i+5 || math.Abs(*h.Calibrated-0.9) > 0.04 || *h.Share > 0.87 {
			t.Errorf("horizon %d to %d: %.3f within the band, %.3f within the calibrated one", h.From, h.To, *h.Share, *h.Calibrated)
		}
		if i > 0 && *h.Scale <= *c.Horizons[i-1].Scale {
			t.Errorf("the scale does not grow: %.2f after %.2f", *h.Scale, *c.Horizons[i-1].Scale)
		}
	}
	if c := coverageOf(scores(), nil, frames, videos); c.CalibratedSeen != nil || c.Horizons[0].Scale != nil || c.Seen == nil {
		t.Errorf("without other videos: %+v", c)
	}
}
