package metrics

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
)

// A measure is written in its unit with its interval; without one, or without a value, it says so and never NaN.
func TestMeasureText(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		m    Measure
		want string
	}{
		{Measure{Unit: PixelError, Value: Estimate{Mean: 9.91e-4, Half: 0.32e-4, N: 200}}, "9.91 ± 0.32"},
		{Measure{Unit: Percent, Value: Estimate{Mean: 0.0563, Half: 0.004, N: 200}}, "5.6 ± 0.4"},
		{Measure{Unit: Magnitude, Value: Estimate{Mean: 2e-4, Half: 3e-5, N: 200}}, "2.0e-04 ± 3e-05"},
		{Measure{Unit: Share, Value: Only(-0.998)}, "-0.9980"},
		{Measure{Unit: Percent, Value: Estimate{Mean: 0.5, Half: 0.1, N: 1}}, "50.0"},
		{Measure{Unit: Percent, Value: Estimate{Mean: nan, Half: nan, N: 3}}, "not finite"},
		{Measure{Unit: Percent, Value: Only(nan), Missing: "the noise hides it"}, "the noise hides it"},
	} {
		if got := c.m.Text(); got != c.want {
			t.Errorf("%+v is written %q, want %q", c.m.Value, got, c.want)
		}
	}
	text, err := json.Marshal(Measure{Key: "excess", Unit: Percent, Value: Only(nan), Best: 0, Trivial: nan})
	if err != nil || !strings.Contains(string(text), `"best":0,"trivial":null`) {
		t.Errorf("%s, %v", text, err)
	}
}
