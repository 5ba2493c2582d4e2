package physics

import (
	"math"
	"math/rand/v2"
)

// PendulumSystem is a bob on a massless rod (paper, Section 4):
//
//	H(q, p) = f m g l (1 - cos q) + p²/(2 m l²)
//
// q is the angle from the downward vertical, counter-clockwise, and is not wrapped: it keeps growing if the pendulum
// goes round. f = 1 is the physical pendulum. The paper prints f = 2; set PotentialFactor to 2 to follow it to the
// letter.
type PendulumSystem struct {
	Mass            float64 `json:"mass" above:"0"`             // m
	Gravity         float64 `json:"gravity" above:"0"`          // g
	Length          float64 `json:"length" above:"0"`           // l
	PotentialFactor float64 `json:"potential_factor" above:"0"` // f

	// The range of the distance of (q, p) from the origin at the start.
	RadiusMin float64 `json:"radius_min" min:"0"`
	RadiusMax float64 `json:"radius_max" min:"0"`

	// The standard deviation of the noise on q and p before rendering.
	NoiseStd float64 `json:"noise_std" min:"0"`

	Color [3]uint8 `json:"color"`
}

// Pendulum returns the paper's pendulum: m = 0.5, g = 3, l = 1, radius in [1.3, 2.3), noise 0.1, with f = 1.
func Pendulum() *PendulumSystem {
	return &PendulumSystem{
		Mass: 0.5, Gravity: 3, Length: 1, PotentialFactor: 1,
		RadiusMin: 1.3, RadiusMax: 2.3,
		NoiseStd: 0.1,
		Color:    [3]uint8{173, 146, 0},
	}
}

func (s *PendulumSystem) Name() string       { return "pendulum" }
func (s *PendulumSystem) Dim() int           { return 1 }
func (s *PendulumSystem) Noise() float64     { return s.NoiseStd }
func (s *PendulumSystem) Topology() []string { return []string{Circle} }

// Kinetic returns K(p) = p²/(2 m l²).
func (s *PendulumSystem) Kinetic(p []float64) float64 {
	return p[0] * p[0] / (2 * s.Mass * s.Length * s.Length)
}

// Potential returns V(q) = f m g l (1 - cos q).
func (s *PendulumSystem) Potential(q []float64) float64 { return s.torque() * (1 - math.Cos(q[0])) }

func (s *PendulumSystem) Energy(q, p []float64) float64 { return s.Kinetic(p) + s.Potential(q) }

func (s *PendulumSystem) Derivative(q, p, dq, dp []float64) {
	dq[0] = p[0] / (s.Mass * s.Length * s.Length)
	dp[0] = -s.torque() * math.Sin(q[0])
}

// torque returns f m g l, the largest torque that gravity exerts.
func (s *PendulumSystem) torque() float64 {
	return s.PotentialFactor * s.Mass * s.Gravity * s.Length
}

func (s *PendulumSystem) Sample(r *rand.Rand) (q, p []float64) {
	return onCircle(r, s.RadiusMin, s.RadiusMax)
}

// Disks shows the bob at (l sin q, -l cos q); the rod is not drawn.
func (s *PendulumSystem) Disks(q []float64) []Disk {
	sin, cos := math.Sincos(q[0])
	return []Disk{{X: s.Length * sin, Y: -s.Length * cos, Radius: diskRadius(s.Mass), Color: s.Color}}
}

// Extent returns the farthest point of the bob: l plus its radius.
func (s *PendulumSystem) Extent() float64 { return s.Length + diskRadius(s.Mass) }
