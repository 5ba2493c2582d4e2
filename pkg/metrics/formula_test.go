package metrics

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// learnedAs evaluates a potential at random places, with a ripple as of a network that learned it well.
func learnedAs(v func(q float64) float64, low, high, ripple float64) (q, value []float64, group []int) {
	r := rand.New(rand.NewPCG(5, 5))
	for i := range 2000 {
		x := low + (high-low)*r.Float64()
		q, value, group = append(q, x), append(value, v(x)+ripple*math.Sin(40*x)), append(group, i/20)
	}
	return q, value, group
}

// The form of a potential is found with its figures, also where it does not begin at 0, and what is of no form is said to be so.
func TestPotential(t *testing.T) {
	for _, c := range []struct {
		name      string
		v         func(q float64) float64
		low, high float64
		circle    bool
		form      string
		want      []float64
	}{
		{"spring", func(q float64) float64 { return 7 + 2*(q-0.3)*(q-0.3) }, -1, 1, false, "harmonic", []float64{4, 0.3}},
		{"anharmonic", func(q float64) float64 { return 0.5*q*q + 0.6*q*q*q*q }, -1.5, 1, false, "quartic", []float64{1, 0, 0.6, 0}},
		{"pendulum", func(q float64) float64 { return -3 * math.Cos(q-0.7) }, -math.Pi, math.Pi, true, "cosine", []float64{3, 0.7}},
		{"small swings", func(q float64) float64 { return -3 * math.Cos(q) }, -0.8, 0.9, true, "cosine", []float64{3, 0}},
		{"two wells on a circle", func(q float64) float64 { return -math.Cos(q) - 0.8*math.Cos(2*(q-0.4)) }, -math.Pi, math.Pi, true, "two cosines", []float64{1, 0, 0.8, 0.4}},
		{"steps", func(q float64) float64 { return math.Floor(3 * q) }, -1, 1, false, "none of these", nil},
	} {
		q, v, group := learnedAs(c.v, c.low, c.high, 0.003)
		f := Potential(q, v, group, c.circle)
		if f.Form != c.form || len(f.Coefficients) != len(c.want) || len(f.Others) == 0 {
			t.Errorf("%s: %+v", c.name, f)
			continue
		}
		for k, x := range c.want {
			if e := f.Coefficients[k].Value; math.Abs(e.Mean-x) > 0.02*math.Max(1, math.Abs(x)) || !(e.Half < 0.05) {
				t.Errorf("%s: %s is %+v, want %g", c.name, f.Coefficients[k].Name, e, x)
			}
		}
		for k := 1; c.want != nil && k < len(q); k += 100 { // V at any place, up to a constant
			if d := f.At(q[k]) - f.At(q[0]) - (c.v(q[k]) - c.v(q[0])); math.Abs(d) > 0.05 {
				t.Errorf("%s: At errs by %g at %g", c.name, d, q[k])
			}
		}
		if c.want != nil && (!strings.Contains(f.Text, "±") || !(f.Unexplained < 0.001)) {
			t.Errorf("%s: %q leaves %g", c.name, f.Text, f.Unexplained)
		}
	}
	if f := Potential([]float64{1, 1}, []float64{2, 2}, []int{0, 1}, false); f.Form != "none of these" {
		t.Errorf("a constant is %q", f.Form)
	}
}
