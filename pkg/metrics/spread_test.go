package metrics

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"
)

func TestSpread(t *testing.T) {
	s := SpreadOf([]float64{2, 5, 3, 6})
	if s.Mean != 4 || math.Abs(s.SD-math.Sqrt(10.0/3)) > 1e-12 || s.Min != 2 || s.Max != 6 || s.N != 4 {
		t.Errorf("%+v", s)
	}
	one := SpreadOf([]float64{7})
	if one.Mean != 7 || !math.IsNaN(one.SD) || one.Min != 7 || one.N != 1 {
		t.Errorf("%+v", one)
	}
	text, err := json.Marshal(one)
	if err != nil || string(text) != `{"mean":7,"sd":null,"min":7,"max":7,"n":1}` {
		t.Errorf("%s, %v", text, err)
	}
	var back Spread
	if err := json.Unmarshal(text, &back); err != nil || !math.IsNaN(back.SD) || back.Max != 7 {
		t.Errorf("%+v, %v", back, err)
	}
	if none := SpreadOf(nil); !math.IsNaN(none.Mean) || !math.IsNaN(none.Min) || none.N != 0 {
		t.Errorf("%+v", none)
	}
}

// The interval of a ratio holds the true one in about 95 of 100 samples, and is that of the mean where the yardstick is constant.
func TestRatioIntervalCovers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	held := 0
	const samples = 1000
	for range samples {
		a, b := make([]float64, 60), make([]float64, 60)
		for i := range a {
			b[i] = 2 + r.Float64()
			a[i] = 0.3*b[i] + 0.2*r.NormFloat64()
		}
		e := RatioInterval(a, b)
		if math.Abs(e.Mean-0.3) < e.Half {
			held++
		}
	}
	if share := float64(held) / samples; share < 0.93 || share > 0.97 {
		t.Errorf("the interval holds the ratio in %.3f of the samples", share)
	}
	a := []float64{1, 2, 4}
	if e, mean := RatioInterval(a, []float64{2, 2, 2}), MeanInterval(a); math.Abs(e.Mean-mean.Mean/2) > 1e-12 || math.Abs(e.Half-mean.Half/2) > 1e-12 {
		t.Errorf("%+v, want half of %+v", e, mean)
	}
	if e := RatioInterval(a, a[:2]); !math.IsNaN(e.Mean) {
		t.Errorf("%+v of lengths that differ", e)
	}
}
