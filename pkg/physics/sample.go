package physics

import (
	"math"
	"math/rand/v2"
)

// onCircle draws a phase-space point (q, p) whose distance from the origin is uniform in [rMin, rMax)
// and whose direction is uniform on the circle (paper, Section 4).
func onCircle(r *rand.Rand, rMin, rMax float64) (q, p []float64) {
	radius := rMin + (rMax-rMin)*r.Float64()
	sin, cos := math.Sincos(2 * math.Pi * r.Float64())
	return []float64{radius * cos}, []float64{radius * sin}
}

// onSphere draws a point of dim dimensions whose distance from the origin is uniform in [rMin, rMax) and whose
// direction is uniform on the sphere: the direction of a vector of independent normal numbers.
func onSphere(r *rand.Rand, dim int, rMin, rMax float64) []float64 {
	radius := rMin + (rMax-rMin)*r.Float64()
	x := make([]float64, dim)
	norm2 := 0.0
	for norm2 == 0 {
		for i := range x {
			x[i] = r.NormFloat64()
			norm2 += x[i] * x[i]
		}
	}
	for i := range x {
		x[i] *= radius / math.Sqrt(norm2)
	}
	return x
}

// diskRadius returns the radius at which a body of mass m is drawn: its area grows with its mass, as sqrt(m/π) does,
// scaled such that the paper's spring and pendulum (m = 0.5) get discs of radius 0.5.
func diskRadius(m float64) float64 { return math.Sqrt(m / 2) }
