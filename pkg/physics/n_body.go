package physics

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// NBodySystem is a system of n equal masses in a plane that attract each other (paper, Section 4, for n = 2 and 3):
//
//	H(q, p) = Σ_i |p_i|²/(2m) - Σ_{i<j} g m²/|q_j - q_i|
//
// q is (x₁, y₁, x₂, y₂, ...), and p likewise. A trajectory starts with the bodies equally spaced on a circle around
// the origin, turning counter-clockwise on almost circular orbits, with the centre of mass at rest.
type NBodySystem struct {
	Bodies  int     `json:"-"`                 // n, given by the system's name
	Mass    float64 `json:"mass" above:"0"`    // m
	Gravity float64 `json:"gravity" above:"0"` // g

	// The range of the circle's radius at the start.
	RadiusMin float64 `json:"radius_min" above:"0"`
	RadiusMax float64 `json:"radius_max" above:"0"`

	// MomentumSpread is s: each momentum is the circular orbit's times a factor from [1-s, 1+s). From s = √2 - 1 on,
	// bodies could escape.
	MomentumSpread float64 `json:"momentum_spread" min:"0" max:"0.3"`

	// The standard deviation of the noise on q and p before rendering.
	NoiseStd float64 `json:"noise_std" min:"0"`

	// One colour for each body.
	Colors [][3]uint8 `json:"colors"`
}

// bodyColors can be distinguished at a few pixels, also from the grey background.
var bodyColors = [][3]uint8{{214, 170, 0}, {0, 148, 222}, {214, 50, 72}}

// TwoBody returns the paper's two bodies: m = g = 1, radius in [0.5, 1.5), noise 0.05.
func TwoBody() *NBodySystem { return nBody(2, 0.5, 1.5, 0.05) }

// ThreeBody returns the paper's three bodies: m = g = 1, radius in [0.9, 1.2), noise 0.2.
func ThreeBody() *NBodySystem { return nBody(3, 0.9, 1.2, 0.2) }

func nBody(n int, radiusMin, radiusMax, noise float64) *NBodySystem {
	return &NBodySystem{
		Bodies: n, Mass: 1, Gravity: 1,
		RadiusMin: radiusMin, RadiusMax: radiusMax,
		MomentumSpread: 0.1,
		NoiseStd:       noise,
		Colors:         slices.Clone(bodyColors[:n]),
	}
}

func (s *NBodySystem) Name() string {
	switch s.Bodies {
	case 2:
		return "two_body"
	case 3:
		return "three_body"
	}
	return fmt.Sprintf("%d_body", s.Bodies)
}

func (s *NBodySystem) Dim() int           { return 2 * s.Bodies }
func (s *NBodySystem) Noise() float64     { return s.NoiseStd }
func (s *NBodySystem) Topology() []string { return lines(2 * s.Bodies) }

// bodies returns the number of bodies and of their colours.
func (s *NBodySystem) bodies() (n, colors int) { return s.Bodies, len(s.Colors) }

// Reduced omits the centre of mass, which rests at the origin: the other n-1 bodies determine the last one's
// position.
func (s *NBodySystem) Reduced() []string { return lines(2 * (s.Bodies - 1)) }

// Reduce returns Jacobi's coordinates, see jacobi.
func (s *NBodySystem) Reduce(q, p []float64) (rq, rp []float64) { return jacobi(q, p) }

// jacobi returns Jacobi's coordinates of bodies in a plane: body k+1 about the centre of mass of the k before it,
//
//	ρₖ = qₖ₊₁ - (q₁ + … + qₖ)/k        πₖ = (k pₖ₊₁ - (p₁ + … + pₖ))/(k+1)
//
// Together with the centre of mass they are canonical for equal masses.
func jacobi(q, p []float64) (rq, rp []float64) {
	for k := 1; k < len(q)/2; k++ {
		for axis := range 2 {
			sumQ, sumP := 0.0, 0.0
			for i := range k {
				sumQ += q[2*i+axis]
				sumP += p[2*i+axis]
			}
			rq = append(rq, q[2*k+axis]-sumQ/float64(k))
			rp = append(rp, (float64(k)*p[2*k+axis]-sumP)/float64(k+1))
		}
	}
	return rq, rp
}

func lines(n int) []string { return slices.Repeat([]string{Line}, n) }

// Kinetic returns K(p) = Σ |p_i|²/(2m).
func (s *NBodySystem) Kinetic(p []float64) float64 { return dot(p, p) / (2 * s.Mass) }

// Potential returns V(q) = -Σ_{i<j} g m²/|q_j - q_i|.
func (s *NBodySystem) Potential(q []float64) float64 {
	sum := 0.0
	for j := 2; j < len(q); j += 2 {
		for i := 0; i < j; i += 2 {
			x, y := q[j]-q[i], q[j+1]-q[i+1]
			sum += 1 / math.Sqrt(x*x+y*y)
		}
	}
	return -s.Gravity * s.Mass * s.Mass * sum
}

func (s *NBodySystem) Energy(q, p []float64) float64 { return s.Kinetic(p) + s.Potential(q) }

func (s *NBodySystem) Derivative(q, p, dq, dp []float64) {
	for k := range q {
		dq[k] = p[k] / s.Mass
		dp[k] = 0
	}
	for j := 2; j < len(q); j += 2 {
		for i := 0; i < j; i += 2 {
			x, y := q[j]-q[i], q[j+1]-q[i+1]
			r2 := x*x + y*y
			pull := s.Gravity * s.Mass * s.Mass / (r2 * math.Sqrt(r2))
			dp[i] += pull * x
			dp[i+1] += pull * y
			dp[j] -= pull * x
			dp[j+1] -= pull * y
		}
	}
}

// circularMomentum returns each body's momentum if all of them move on a circle of radius r. The others pull a body
// to the centre with the force g m²/(4r²) Σ_{k=1}^{n-1} 1/sin(πk/n), which must be m v²/r: v² is g m/(4r) for two
// bodies and g m/(√3 r) for three.
func (s *NBodySystem) circularMomentum(r float64) float64 {
	sum := 0.0
	for k := 1; k < s.Bodies; k++ {
		sum += 1 / math.Sin(math.Pi*float64(k)/float64(s.Bodies))
	}
	return s.Mass * math.Sqrt(s.Gravity*s.Mass*sum/(4*r))
}

// Sample draws a radius, an orientation and, for each body, the factor on its momentum, and subtracts the momentum of
// the centre of mass. (Two bodies thereby get the same factor, the mean of both draws.)
func (s *NBodySystem) Sample(r *rand.Rand) (q, p []float64) {
	q, p = make([]float64, s.Dim()), make([]float64, s.Dim())
	radius := s.RadiusMin + (s.RadiusMax-s.RadiusMin)*r.Float64()
	orientation := r.Float64()
	for i := range s.Bodies {
		sin, cos := math.Sincos(2 * math.Pi * (orientation + float64(i)/float64(s.Bodies)))
		momentum := s.circularMomentum(radius) * (1 + s.MomentumSpread*(2*r.Float64()-1))
		q[2*i], q[2*i+1] = radius*cos, radius*sin
		p[2*i], p[2*i+1] = -momentum*sin, momentum*cos
	}
	centre(p)
	return q, p
}

// Disks shows the bodies, the first one at the back.
func (s *NBodySystem) Disks(q []float64) []Disk {
	disks := make([]Disk, s.Bodies)
	for i := range disks {
		disks[i] = Disk{X: q[2*i], Y: q[2*i+1], Radius: s.bodyRadius(), Color: s.Colors[i]}
	}
	return disks
}

// bodyRadius returns three fifths of the radius of a lone body: two bodies at the smallest radius then stay apart.
func (s *NBodySystem) bodyRadius() float64 { return 0.6 * diskRadius(s.Mass) }

// Extent leaves room for the widest orbit, three standard deviations of noise, and the disc.
//
// If all momenta have the same factor f = 1+s, each body moves on a Kepler ellipse around the origin, with its
// pericentre at the start and its apocentre at r f²/(2-f²). Two bodies never go farther. Three bodies with different
// factors may, but not in the paper's 30 frames: later the motion is chaotic, and a body can leave for good.
func (s *NBodySystem) Extent() float64 {
	f2 := (1 + s.MomentumSpread) * (1 + s.MomentumSpread)
	return s.RadiusMax*f2/(2-f2) + 3*s.NoiseStd + s.bodyRadius()
}
