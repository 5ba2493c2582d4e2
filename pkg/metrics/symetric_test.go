package metrics

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// states draws n true states, uniform on [-1, 1] in each of the coordinates.
func states(n, coordinates int, seed uint64) [][]float64 {
	r := rand.New(rand.NewPCG(seed, 5))
	out := make([][]float64, n)
	for i := range out {
		out[i] = make([]float64, coordinates)
		for j := range out[i] {
			out[i][j] = 2*r.Float64() - 1
		}
	}
	return out
}

func apply(f func(s []float64) []float64, all [][]float64) [][]float64 {
	out := make([][]float64, len(all))
	for i, s := range all {
		out[i] = f(s)
	}
	return out
}

// Learned states that are a symplectic map of the true ones, in any units. Of one degree of freedom a linear map is one anyhow,
// and is said to be vacuous.
func TestSyMetricHolds(t *testing.T) {
	one, two := states(1200, 2, 1), states(1200, 4, 2)
	noise := rand.New(rand.NewPCG(3, 3))
	for name, c := range map[string]struct {
		truth [][]float64
		f     func(s []float64) []float64
	}{
		"identity":               {one, func(s []float64) []float64 { return s }},
		"shear q + 2 p":          {one, func(s []float64) []float64 { return []float64{s[0] + 2*s[1], s[1]} }},
		"p + f'(q), cubic f'":    {one, func(s []float64) []float64 { return []float64{s[0], s[1] + 1.5*s[0]*s[0]*s[0]} }},
		"p + f'(q), sine":        {one, func(s []float64) []float64 { return []float64{s[0], s[1] - math.Sin(2*s[0])} }},
		"scale and offset":       {one, func(s []float64) []float64 { return []float64{30*s[0] + 7, 0.01*s[1] - 4} }},
		"q = p, p = q":           {one, func(s []float64) []float64 { return []float64{s[1], s[0]} }},
		"time reversed, p to -p": {two, func(s []float64) []float64 { return []float64{s[0], s[1], -s[2], -s[3]} }},
		"two shears": {two, func(s []float64) []float64 { // p + ∂V/∂q, then q + ∂K/∂p, with V = q₁²q₂, K = p₁p₂
			p1, p2 := s[2]+2*s[0]*s[1], s[3]+s[0]*s[0]
			return []float64{3 * (s[0] + p2), 3 * (s[1] + p1), p1, p2}
		}},
		"a rotation of both q and p": {two, func(s []float64) []float64 {
			c, n := math.Cos(1), math.Sin(1)
			return []float64{c*s[0] - n*s[1], n*s[0] + c*s[1], c*s[2] - n*s[3], n*s[2] + c*s[3]}
		}},
		"noise of 5%": {one, func(s []float64) []float64 {
			return []float64{s[0] + 0.03*noise.NormFloat64(), s[1] + 0.5*s[0]*s[0] + 0.03*noise.NormFloat64()}
		}},
		"two further coordinates of noise": {one, func(s []float64) []float64 {
			return []float64{s[0], noise.NormFloat64(), s[1] + s[0]*s[0], noise.NormFloat64()}
		}},
	} {
		got := MeasureSyMetric(apply(c.f, c.truth), c.truth, 5)
		linear := len(c.truth[0]) == 2 && got.Degree == 1 // which says nothing of one degree of freedom
		if got.Holds == linear || got.Vacuous != linear || got.R2 < 0.98 || got.Symplecticity > 0.005 {
			t.Errorf("%s: %+v, want it to hold unless it is linear", name, got)
		}
	}
}

// Maps that are invertible but not symplectic, with what the measure must then be.
func TestSyMetricFails(t *testing.T) {
	one, two := states(2400, 2, 3), states(1200, 4, 4)
	for name, c := range map[string]struct {
		truth [][]float64
		f     func(s []float64) []float64
		want  float64
	}{
		// {q, p} = ∂q/∂Q for Q with q = Q³: 3Q², whose mean over the states, of density 3Q²/2 in Q, is 9/5 and that of its
		// square 27/7, so that 1 - (9/5)²/(27/7) = 4/25.
		"cube root of q": {one, func(s []float64) []float64 { return []float64{math.Cbrt(s[0]), s[1]} }, 0.16},
		// {q, p} = e^Q/1 with e^Q = q + 2: mean 2, of the square 4 + 1/3.
		"logarithm of q": {one, func(s []float64) []float64 { return []float64{math.Log(s[0] + 2), s[1]} }, 1.0 / 13},
		// A = diag(2, 1) for one pair and the other: 1 - (2·2 + 2·1)²/(4·(2·4 + 2·1)).
		"one of two q halved": {two, func(s []float64) []float64 { return []float64{s[0] / 2, s[1], s[2], s[3]} }, 0.1},
		// {q₁, p₁} = 1 but {q₂, p₂} = -1.
		"one of two pairs reversed": {two, func(s []float64) []float64 { return []float64{s[0], s[1], s[2], -s[3]} }, 1},
		// {q₁, p₁} = 0: AAᵀ is 1 all the same.
		"positions and momenta mixed up": {two, func(s []float64) []float64 { return []float64{s[0], s[2], s[1], s[3]} }, 1},
		// q₁ alone turns into q₂: {q, p} = [1 0; x 1], x = 1/2: 1 - 16/(4·4.5).
		"q sheared, p not": {two, func(s []float64) []float64 { return []float64{s[0], s[1] - s[0]/2, s[2], s[3]} }, 1.0 / 9},
	} {
		got := MeasureSyMetric(apply(c.f, c.truth), c.truth, 5)
		if got.Holds || got.R2 < 0.97 || math.Abs(got.Symplecticity-c.want) > 0.02 {
			t.Errorf("%s: %+v, want a symplecticity of %.4f", name, got, c.want)
		}
	}
	got := MeasureSyMetric(states(1200, 2, 6), states(1200, 2, 7), 5)
	if got.Holds || math.Abs(got.R2) > 0.03 {
		t.Errorf("unrelated states: %+v, want an R² of 0", got)
	}
}

func TestSyMetricUndefined(t *testing.T) {
	good := states(100, 2, 8)
	bad := states(100, 2, 8)
	bad[50][1] = nan
	ragged := append(states(99, 2, 8), []float64{1})
	for name, c := range map[string][2][][]float64{
		"nothing":           {nil, nil},
		"few":               {good[:5], good[:5]},
		"different lengths": {good, good[1:]},
		"odd":               {states(100, 3, 8), good},
		"no coordinates":    {make([][]float64, 100), good},
		"ragged":            {ragged, good},
		"NaN learned":       {bad, good},
		"NaN truth":         {good, bad},
		"constant truth":    {good, apply(func([]float64) []float64 { return []float64{1, 2} }, good)},
	} {
		if got := MeasureSyMetric(c[0], c[1], 3); got.Holds || !math.IsNaN(got.R2) {
			t.Errorf("%s: %+v, want NaN", name, got)
		}
	}
	if got := MeasureSyMetric(good, good, 0); got.Holds || !math.IsNaN(got.Symplecticity) {
		t.Errorf("degree 0: %+v, want NaN", got)
	}
	// A learned state that does not move explains nothing, and has no brackets.
	constant := apply(func([]float64) []float64 { return []float64{1, 2} }, good)
	if got := MeasureSyMetric(constant, good, 3); got.Holds || !(got.R2 < 0.1) || !math.IsNaN(got.Symplecticity) {
		t.Errorf("constant learned states: %+v", got)
	}
}

// The truth is a polynomial of degree 3 of states far from the origin and of unlike scales.
func TestPolynomial(t *testing.T) {
	truth := func(x []float64) []float64 {
		return []float64{x[0]*x[0]*x[1] - 2*x[1] + 5, x[0] * x[1]}
	}
	slope := func(x []float64) []float64 {
		return []float64{2 * x[0] * x[1], x[0]*x[0] - 2, x[1], x[0]}
	}
	xs := apply(func(s []float64) []float64 { return []float64{100 + 10*s[0], 0.1 * s[1]} }, states(400, 2, 9))
	f := newRegression(monomialTerms(2, 3, 100), phaseSpace(xs), phaseSpace(apply(truth, xs))).fit(1e-12)
	x := []float64{103, -0.04}
	y, j := f.predict(mat.NewDense(1, 2, x)), f.jacobian(x)
	for k := range 2 {
		if want := truth(x)[k]; math.Abs(y.At(0, k)-want) > 1e-5*math.Abs(want) {
			t.Errorf("output %d is %.8g, want %.8g", k, y.At(0, k), want)
		}
		for v := range 2 {
			if want := slope(x)[2*k+v]; math.Abs(j.At(k, v)-want) > 1e-4*math.Abs(want) {
				t.Errorf("derivative of output %d by variable %d is %.8g, want %.8g", k, v, j.At(k, v), want)
			}
		}
	}
	// (variables + degree)! / (variables! degree!) - 1 monomials
	for _, c := range [][3]int{{2, 3, 9}, {4, 5, 125}, {1, 4, 4}, {8, 2, 44}} {
		if got := len(monomialTerms(c[0], c[1], 1000)); got != c[2] {
			t.Errorf("%d variables have %d monomials to degree %d, want %d", c[0], got, c[1], c[2])
		}
	}
	if monomialTerms(4, 5, 124) != nil {
		t.Error("more monomials than allowed")
	}
}
