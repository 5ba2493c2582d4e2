package physics

import (
	"math"
	"math/rand/v2"
)

// MassSpringSystem is a mass on a frictionless spring (paper, Section 4):
//
//	H(q, p) = k q²/2 + p²/(2m)
//
// q is the elongation. The motion is q(t) = q₀ cos ωt + p₀/(mω) sin ωt with ω = sqrt(k/m).
type MassSpringSystem struct {
	Stiffness float64 `json:"stiffness" above:"0"` // k
	Mass      float64 `json:"mass" above:"0"`      // m

	// The range of the distance of (q, p) from the origin at the start.
	RadiusMin float64 `json:"radius_min" min:"0"`
	RadiusMax float64 `json:"radius_max" min:"0"`

	// The standard deviation of the noise on q and p before rendering.
	NoiseStd float64 `json:"noise_std" min:"0"`

	Color [3]uint8 `json:"color"`
}

// MassSpring returns the paper's mass on a spring: k = 2, m = 0.5, radius in [0.1, 1), noise 0.1.
func MassSpring() *MassSpringSystem {
	return &MassSpringSystem{
		Stiffness: 2, Mass: 0.5,
		RadiusMin: 0.1, RadiusMax: 1,
		NoiseStd: 0.1,
		Color:    [3]uint8{173, 146, 0},
	}
}

func (s *MassSpringSystem) Name() string       { return "mass_spring" }
func (s *MassSpringSystem) Dim() int           { return 1 }
func (s *MassSpringSystem) Noise() float64     { return s.NoiseStd }
func (s *MassSpringSystem) Topology() []string { return []string{Line} }

// Kinetic returns K(p) = p²/(2m).
func (s *MassSpringSystem) Kinetic(p []float64) float64 { return p[0] * p[0] / (2 * s.Mass) }

// Potential returns V(q) = k q²/2.
func (s *MassSpringSystem) Potential(q []float64) float64 { return s.Stiffness * q[0] * q[0] / 2 }

func (s *MassSpringSystem) Energy(q, p []float64) float64 { return s.Kinetic(p) + s.Potential(q) }

func (s *MassSpringSystem) Derivative(q, p, dq, dp []float64) {
	dq[0] = p[0] / s.Mass
	dp[0] = -s.Stiffness * q[0]
}

func (s *MassSpringSystem) Sample(r *rand.Rand) (q, p []float64) {
	return onCircle(r, s.RadiusMin, s.RadiusMax)
}

// Disks shows the mass, which moves along the horizontal axis; the spring itself is not drawn.
func (s *MassSpringSystem) Disks(q []float64) []Disk {
	return []Disk{{X: q[0], Radius: diskRadius(s.Mass), Color: s.Color}}
}

// Extent leaves room for the largest elongation, five standard deviations of noise, and the disc.
//
// The elongation is largest when all of the energy is potential: from a start at distance r it reaches at most r
// max(1, 1/sqrt(km)). With the paper's constants km = 1, orbits are circles, and the canvas is [-2, 2]².
func (s *MassSpringSystem) Extent() float64 {
	amplitude := s.RadiusMax * max(1, 1/math.Sqrt(s.Stiffness*s.Mass))
	return amplitude + 5*s.NoiseStd + diskRadius(s.Mass)
}
