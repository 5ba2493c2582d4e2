package physics

import (
	"math"
	"math/rand/v2"
	"slices"
)

// LennardJonesSystem is a drop of four atoms in a plane, in a bowl that keeps them together:
//
//	H(q, p) = Σ_i |p_i|²/(2m) + Σ_{i<j} 4ε ((σ/r)¹² - (σ/r)⁶) + Σ_i κ |q_i|²/2        r = |q_j - q_i|
//
// q is (x₁, y₁, x₂, y₂, ...), and p likewise. The centre of mass rests at the origin. DeepMind's
// dm_hamiltonian_dynamics_suite has 4 and 16 such atoms in a periodic cell, where an atom that leaves on one side
// comes back on the other; the bowl replaces the cell so that the camera sees atoms move without jumps.
type LennardJonesSystem struct {
	Mass     float64 `json:"mass" above:"0"`     // m
	Depth    float64 `json:"depth" above:"0"`    // ε, the energy that separates two atoms
	Diameter float64 `json:"diameter" above:"0"` // σ, the distance at which two atoms have no potential energy
	Bowl     float64 `json:"bowl" above:"0"`     // κ, the stiffness of the bowl

	// The largest length of p, of all atoms together, at the start.
	MomentumMax float64 `json:"momentum_max" above:"0"`

	// The standard deviation of the noise on q and p before rendering.
	NoiseStd float64 `json:"noise_std" min:"0"`

	// One colour for each atom.
	Colors [][3]uint8 `json:"colors"`
}

// atoms is the number of atoms in a drop.
const atoms = 4

// LennardJones returns atoms with m = ε = σ = 1 in a bowl with κ = 2, |p| up to 2, noise 0.05. Their temperature, a
// third of the mean kinetic energy, is 0.5 as in the suite.
func LennardJones() *LennardJonesSystem {
	return &LennardJonesSystem{
		Mass: 1, Depth: 1, Diameter: 1, Bowl: 2,
		MomentumMax: 2,
		NoiseStd:    0.05,
		Colors:      slices.Concat(bodyColors, [][3]uint8{{240, 240, 240}}),
	}
}

func (s *LennardJonesSystem) Name() string       { return "lennard_jones" }
func (s *LennardJonesSystem) Dim() int           { return 2 * atoms }
func (s *LennardJonesSystem) Noise() float64     { return s.NoiseStd }
func (s *LennardJonesSystem) Topology() []string { return lines(2 * atoms) }

// bodies returns the number of bodies and of their colours.
func (s *LennardJonesSystem) bodies() (n, colors int) { return atoms, len(s.Colors) }

// Reduced omits the centre of mass, which rests at the origin.
func (s *LennardJonesSystem) Reduced() []string { return lines(2 * (atoms - 1)) }

// Reduce returns Jacobi's coordinates, like NBodySystem.
func (s *LennardJonesSystem) Reduce(q, p []float64) (rq, rp []float64) { return jacobi(q, p) }

// Kinetic returns K(p) = Σ |p_i|²/(2m).
func (s *LennardJonesSystem) Kinetic(p []float64) float64 { return dot(p, p) / (2 * s.Mass) }

// Potential returns V(q), of the atoms and the bowl.
func (s *LennardJonesSystem) Potential(q []float64) float64 {
	sum := 0.0
	for j := 2; j < len(q); j += 2 {
		for i := 0; i < j; i += 2 {
			x, y := q[j]-q[i], q[j+1]-q[i+1]
			u := s.inverseSixth(x*x + y*y)
			sum += u*u - u
		}
	}
	return 4*s.Depth*sum + s.Bowl*dot(q, q)/2
}

// inverseSixth returns (σ/r)⁶.
func (s *LennardJonesSystem) inverseSixth(r2 float64) float64 {
	u := s.Diameter * s.Diameter / r2
	return u * u * u
}

func (s *LennardJonesSystem) Energy(q, p []float64) float64 { return s.Kinetic(p) + s.Potential(q) }

func (s *LennardJonesSystem) Derivative(q, p, dq, dp []float64) {
	for k := range q {
		dq[k] = p[k] / s.Mass
		dp[k] = -s.Bowl * q[k]
	}
	for j := 2; j < len(q); j += 2 {
		for i := 0; i < j; i += 2 {
			x, y := q[j]-q[i], q[j+1]-q[i+1]
			r2 := x*x + y*y
			u := s.inverseSixth(r2)
			push := 24 * s.Depth * (2*u*u - u) / r2
			dp[i] -= push * x
			dp[i+1] -= push * y
			dp[j] += push * x
			dp[j+1] += push * y
		}
	}
}

// startRadius is the radius of the disc in which atoms start, in diameters.
const startRadius = 1.2

// Sample draws positions in a disc until no two atoms are closer than σ, and momenta on a sphere, and brings the
// centre of mass to rest at the origin.
func (s *LennardJonesSystem) Sample(r *rand.Rand) (q, p []float64) {
	q = make([]float64, 0, s.Dim())
places:
	for len(q) < s.Dim() {
		sin, cos := math.Sincos(2 * math.Pi * r.Float64())
		distance := startRadius * s.Diameter * math.Sqrt(r.Float64())
		x, y := distance*cos, distance*sin
		for i := 0; i < len(q); i += 2 {
			if math.Hypot(q[i]-x, q[i+1]-y) < s.Diameter {
				q = q[:0] // draws all again, so that all allowed positions are equally likely
				continue places
			}
		}
		q = append(q, x, y)
	}
	p = onSphere(r, s.Dim(), 0, s.MomentumMax)
	centre(q)
	centre(p)
	return q, p
}

// Disks shows the atoms, the first one at the back. They touch at the distance σ.
func (s *LennardJonesSystem) Disks(q []float64) []Disk {
	disks := make([]Disk, atoms)
	for i := range disks {
		disks[i] = Disk{X: q[2*i], Y: q[2*i+1], Radius: s.Diameter / 2, Color: s.Colors[i]}
	}
	return disks
}

// Extent leaves room for the farthest atom, three standard deviations of noise, and the disc.
//
// A start has at most the energy E = |p|²/(2m) + n κ R²/2, R the radius of the disc of starts. One atom at the
// distance r costs κ r²/2 n/(n-1), as the others must balance it; it is then too far from them to be bound, and their
// pairs have at least -ε each.
func (s *LennardJonesSystem) Extent() float64 {
	const n = atoms
	radius := startRadius * s.Diameter
	energy := s.MomentumMax*s.MomentumMax/(2*s.Mass) + n*s.Bowl*radius*radius/2
	farthest := math.Sqrt(2 * (energy + s.Depth*(n-1)*(n-2)/2) / s.Bowl * (n - 1) / n)
	return farthest + 3*s.NoiseStd + s.Diameter/2
}
