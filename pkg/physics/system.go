package physics

import (
	"math/rand/v2"
	"strings"

	"hgn.local/pkg/badinput"
)

// Disk is one body as the camera sees it, in world coordinates with y pointing up: a disc or, if Along is not zero, a
// rod of thickness 2·Radius with round ends, the disc swept along that vector.
type Disk struct {
	X, Y, Radius float64
	Color        [3]uint8   // RGB
	Along        [2]float64 // from (X, Y) to the other end of a rod
}

// System is a physical system with d degrees of freedom.
type System interface {
	// Name identifies the system in files and on the command line.
	Name() string
	// Dim returns d, the length of q and of p.
	Dim() int
	// Energy returns the Hamiltonian H(q, p).
	Energy(q, p []float64) float64
	// Derivative writes dq/dt = ∂H/∂p and dp/dt = -∂H/∂q (plus friction, if the system has any).
	Derivative(q, p, dq, dp []float64)
	// Sample draws the state at which a trajectory starts.
	Sample(r *rand.Rand) (q, p []float64)
	// Noise returns the standard deviation that the paper adds to every phase-space coordinate before rendering.
	Noise() float64
	// Disks lists the bodies at the positions q; later ones lie in front of earlier ones.
	Disks(q []float64) []Disk
	// Extent returns the half width E of the canvas [-E, E]².
	Extent() float64
	// Topology says, for each coordinate of q, whether it lives on a "line" or on a "circle" of circumference 2π.
	Topology() []string
}

// Separable is a system whose energy splits as H(q, p) = K(p) + V(q), so that a plot can show both parts.
type Separable interface {
	System
	Kinetic(p []float64) float64   // K(p)
	Potential(q []float64) float64 // V(q)
}

// Reduced is a system with conserved quantities of known value that fix some of its coordinates. The centre of mass
// of several bodies is one: it starts at rest at the origin, and although the noise on a frame moves it, the dynamics
// do not.
type Reduced interface {
	System
	// Reduced returns the topology of the smallest set of coordinates that fixes the configuration.
	Reduced() []string
	// Reduce converts a state to such coordinates, with the momenta conjugate to them.
	Reduce(q, p []float64) (rq, rp []float64)
}

// Coordinates returns the topology of the smallest set of coordinates that fixes the configuration of s: Reduced for
// a Reduced system, and Topology otherwise.
func Coordinates(s System) []string {
	if r, ok := s.(Reduced); ok {
		return r.Reduced()
	}
	return s.Topology()
}

// Reduce converts a state of s to the coordinates that Coordinates describes.
func Reduce(s System, q, p []float64) (rq, rp []float64) {
	if r, ok := s.(Reduced); ok {
		return r.Reduce(q, p)
	}
	return q, p
}

// Dissipative is a system with friction: dp/dt = -∂H/∂q + friction, and the energy is not conserved.
type Dissipative interface {
	System
	Friction(q, p, force []float64) // writes the force of friction, of length d
}

// Damped is a dissipative system whose friction is -c p, the same rate c for every coordinate.
type Damped interface {
	Dissipative
	FrictionRate() float64 // c, in 1/time
}

// The topologies of a coordinate.
const (
	Line   = "line"
	Circle = "circle"
)

// constructors lists every known system, with its default constants (the paper's, if it has the system), in display
// order.
var constructors = []func() System{
	func() System { return MassSpring() },
	func() System { return Pendulum() },
	func() System { return TwoBody() },
	func() System { return ThreeBody() },
	func() System { return DoublePendulum() },
	func() System { return DampedSpring() },
	func() System { return DampedPendulum() },
	func() System { return DampedDoublePendulum() },
	func() System { return LennardJones() },
	func() System { return MatchingPennies() },
	func() System { return RockPaperScissors() },
}

// Names lists the built-in systems.
func Names() []string {
	names := make([]string, len(constructors))
	for i, construct := range constructors {
		names[i] = construct().Name()
	}
	return names
}

// ByName returns the system called name with its default constants: a built-in one, or one that Define has made known.
func ByName(name string) (System, error) {
	for _, construct := range constructors {
		if s := construct(); s.Name() == name {
			return s, nil
		}
	}
	if s, ok := ownNamed(name); ok {
		return s, nil
	}
	return nil, badinput.Errorf("unknown system %q: use one of %s", name, strings.Join(Names(), ", "))
}
