package metrics

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The dimension and the loops of known shapes, in a space of more dimensions and with a little noise.
func TestShapeOfPoints(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, c := range []struct {
		name       string
		dim, loops int
		point      func(a, b float64) []float64
	}{
		{"segment", 1, 0, func(a, _ float64) []float64 { return []float64{3 * a, a * a, 0} }},
		{"arc", 1, 0, func(a, _ float64) []float64 { return []float64{math.Cos(4.5 * a), math.Sin(4.5 * a), 0} }},
		{"circle", 1, 1, func(a, _ float64) []float64 {
			return []float64{math.Cos(2 * math.Pi * a), math.Sin(2 * math.Pi * a), 0.3 * math.Sin(4*math.Pi*a)}
		}},
		{"square", 2, 0, func(a, b float64) []float64 { return []float64{a, b, a * b} }},
		{"cylinder", 2, 1, func(a, b float64) []float64 {
			return []float64{math.Cos(2 * math.Pi * a), math.Sin(2 * math.Pi * a), 2 * b}
		}},
		{"torus", 2, 2, func(a, b float64) []float64 {
			return []float64{math.Cos(2 * math.Pi * a), math.Sin(2 * math.Pi * a), math.Cos(2 * math.Pi * b), math.Sin(2 * math.Pi * b)}
		}},
	} {
		points := make([][]float64, 700)
		for i := range points {
			points[i] = c.point(r.Float64(), r.Float64())
			for j := range points[i] {
				points[i][j] += 0.003 * r.NormFloat64()
			}
		}
		dim, loops := IntrinsicDimension(points, 20), Loops(points)
		if math.Abs(dim-float64(c.dim)) > 0.3 || loops != c.loops {
			t.Errorf("%s: dimension %.2f and %d loops, want %d and %d", c.name, dim, loops, c.dim, c.loops)
		}
	}
	if d := IntrinsicDimension([][]float64{{0}, {1}}, 20); !math.IsNaN(d) {
		t.Errorf("two points have the dimension %g", d)
	}
	if n := Loops([][]float64{{0}, {1}}); n != 0 {
		t.Errorf("two points have %d loops", n)
	}
}
