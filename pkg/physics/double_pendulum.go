package physics

import (
	"math"
	"math/rand/v2"
)

// DoublePendulumSystem is a pendulum that hangs from the bob of another one. With both angles q₁, q₂ measured from the
// downward vertical, δ = q₁ - q₂, and the momenta p = M(q) dq/dt,
//
//	H(q, p) = pᵀ M(q)⁻¹ p/2 + (m₁+m₂) g l₁ (1 - cos q₁) + m₂ g l₂ (1 - cos q₂)
//
//	       ⎡ (m₁+m₂) l₁²    m₂ l₁ l₂ cos δ ⎤
//	M(q) = ⎣ m₂ l₁ l₂ cos δ     m₂ l₂²     ⎦
//
// The kinetic energy depends on q: H is not separable, and the leapfrog method does not apply to it.
// The system is not among the paper's.
type DoublePendulumSystem struct {
	Mass1   float64 `json:"mass1" above:"0"`   // m₁, of the inner bob
	Mass2   float64 `json:"mass2" above:"0"`   // m₂, of the outer bob
	Length1 float64 `json:"length1" above:"0"` // l₁
	Length2 float64 `json:"length2" above:"0"` // l₂
	Gravity float64 `json:"gravity" above:"0"` // g

	// The range of the distance of (q, p) from the origin at the start.
	RadiusMin float64 `json:"radius_min" min:"0"`
	RadiusMax float64 `json:"radius_max" min:"0"`

	// The standard deviation of the noise on q and p before rendering.
	NoiseStd float64 `json:"noise_std" min:"0"`

	Color1 [3]uint8 `json:"color1"`
	Color2 [3]uint8 `json:"color2"`
}

// DoublePendulum returns two of the paper's pendulums (m = 0.5, l = 1, g = 3), radius in [0.5, 1.3), noise 0.05.
func DoublePendulum() *DoublePendulumSystem {
	return &DoublePendulumSystem{
		Mass1: 0.5, Mass2: 0.5, Length1: 1, Length2: 1, Gravity: 3,
		RadiusMin: 0.5, RadiusMax: 1.3,
		NoiseStd: 0.05,
		Color1:   bodyColors[0], Color2: bodyColors[1],
	}
}

func (s *DoublePendulumSystem) Name() string       { return "double_pendulum" }
func (s *DoublePendulumSystem) Dim() int           { return 2 }
func (s *DoublePendulumSystem) Noise() float64     { return s.NoiseStd }
func (s *DoublePendulumSystem) Topology() []string { return []string{Circle, Circle} }

// velocities returns dq/dt = M(q)⁻¹ p for sin δ and cos δ.
func (s *DoublePendulumSystem) velocities(p []float64, sin, cos float64) (v1, v2 float64) {
	inertia := s.Mass1 + s.Mass2*sin*sin // det M/(m₂ l₁² l₂²)
	v1 = (s.Length2*p[0] - s.Length1*cos*p[1]) / (s.Length1 * s.Length1 * s.Length2 * inertia)
	v2 = ((s.Mass1+s.Mass2)*s.Length1*p[1] - s.Mass2*s.Length2*cos*p[0]) / (s.Mass2 * s.Length1 * s.Length2 * s.Length2 * inertia)
	return v1, v2
}

// torques returns the largest torques of gravity on the two angles.
func (s *DoublePendulumSystem) torques() (t1, t2 float64) {
	return (s.Mass1 + s.Mass2) * s.Gravity * s.Length1, s.Mass2 * s.Gravity * s.Length2
}

// Potential returns the part of H that depends on q alone.
func (s *DoublePendulumSystem) Potential(q []float64) float64 {
	t1, t2 := s.torques()
	return t1*(1-math.Cos(q[0])) + t2*(1-math.Cos(q[1]))
}

func (s *DoublePendulumSystem) Energy(q, p []float64) float64 {
	sin, cos := math.Sincos(q[0] - q[1])
	v1, v2 := s.velocities(p, sin, cos)
	return (p[0]*v1+p[1]*v2)/2 + s.Potential(q)
}

// Derivative uses ∂(pᵀM⁻¹p/2)/∂q = -(dq/dt)ᵀ (∂M/∂q) (dq/dt)/2, in which only cos δ depends on q.
func (s *DoublePendulumSystem) Derivative(q, p, dq, dp []float64) {
	sin, cos := math.Sincos(q[0] - q[1])
	dq[0], dq[1] = s.velocities(p, sin, cos)
	coupling := s.Mass2 * s.Length1 * s.Length2 * sin * dq[0] * dq[1]
	t1, t2 := s.torques()
	dp[0] = -coupling - t1*math.Sin(q[0])
	dp[1] = coupling - t2*math.Sin(q[1])
}

// Sample draws a point whose distance from the origin of phase space is uniform in the range, and its direction uniform.
func (s *DoublePendulumSystem) Sample(r *rand.Rand) (q, p []float64) {
	x := onSphere(r, 4, s.RadiusMin, s.RadiusMax)
	return x[:2:2], x[2:]
}

// Disks shows the bobs; the rods are not drawn.
func (s *DoublePendulumSystem) Disks(q []float64) []Disk {
	sin1, cos1 := math.Sincos(q[0])
	sin2, cos2 := math.Sincos(q[1])
	x, y := s.Length1*sin1, -s.Length1*cos1
	return []Disk{
		{X: x, Y: y, Radius: diskRadius(s.Mass1), Color: s.Color1},
		{X: x + s.Length2*sin2, Y: y - s.Length2*cos2, Radius: diskRadius(s.Mass2), Color: s.Color2},
	}
}

// Extent returns the farthest point of either bob.
func (s *DoublePendulumSystem) Extent() float64 {
	return s.Length1 + max(diskRadius(s.Mass1), s.Length2+diskRadius(s.Mass2))
}
