package metrics

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"
)

func TestMeanInterval(t *testing.T) {
	// Mean 3, variance 2.5, t(0.975; 4) = 2.776445.
	e := MeanInterval([]float64{1, 2, 3, 4, 5})
	near(t, "mean", e.Mean, 3)
	if want := 2.7764451051977987 * math.Sqrt(2.5/5); math.Abs(e.Half-want) > 1e-9 || e.N != 5 {
		t.Errorf("%+v, want a half width of %.9g of 5", e, want)
	}
	near(t, "in other units", e.Times(-10).Mean, -30)
	near(t, "in other units: half width", e.Times(-10).Half, 10*e.Half)
	near(t, "equal values", MeanInterval([]float64{2, 2}).Half, 0)
	near(t, "one value", MeanInterval([]float64{2}).Mean, 2)
	near(t, "one value: half width", MeanInterval([]float64{2}).Half, nan)
	near(t, "nothing", MeanInterval(nil).Mean, nan)
	near(t, "NaN", MeanInterval([]float64{1, nan}).Mean, nan)
	near(t, "NaN: half width", MeanInterval([]float64{1, nan}).Half, nan)
}

// 95% of the intervals of samples hold the mean that the samples come from.
func TestMeanIntervalCovers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const samples = 4000
	held := 0
	for range samples {
		x := make([]float64, 4)
		for i := range x {
			x[i] = 7 + 3*r.NormFloat64()
		}
		if e := MeanInterval(x); math.Abs(e.Mean-7) < e.Half {
			held++
		}
	}
	if share := float64(held) / samples; math.Abs(share-0.95) > 0.012 {
		t.Errorf("%.3f of the intervals hold the mean, want 0.95", share)
	}
}

func TestEstimateJSON(t *testing.T) {
	data, err := json.Marshal([]Estimate{{1.5, 0.25, 9}, {2, nan, 1}, {math.Inf(1), nan, 3}})
	if want := `[{"mean":1.5,"half":0.25,"n":9},{"mean":2,"half":null,"n":1},{"mean":null,"half":null,"n":3}]`; err != nil || string(data) != want {
		t.Fatalf("%s, %v, want %s", data, err, want)
	}
	var back []Estimate
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if back[0] != (Estimate{1.5, 0.25, 9}) || back[1].N != 1 || back[1].Mean != 2 || !math.IsNaN(back[1].Half) || !math.IsNaN(back[2].Mean) {
		t.Errorf("read back as %+v", back)
	}
	if err := json.Unmarshal([]byte(`{"mean":"x"}`), new(Estimate)); err == nil {
		t.Error("a mean that is a word was read")
	}
}
