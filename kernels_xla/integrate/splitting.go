package integrate

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"
	. "github.com/gomlx/gomlx/support/exceptions"

	"hgn.local/kernels_xla/phase"
)

// Splitting is the composition kick(k₀) drift(d₀) kick(k₁) drift(d₁) … kick(kₙ), where
//
//	kick(k):  p += k·dt·F(q)       F = -∂V/∂q
//	drift(d): q += d·dt·∂K/∂p(p)
//
// Each factor is the exact flow of one part of H, hence symplectic, and so is their composition
// (Hairer, Lubich, Wanner, Geometric Numerical Integration, Sec. II.5).
type Splitting struct {
	name          string
	order         int
	kicks, drifts []float64 // len(kicks) = len(drifts)+1; zeros are skipped
	halves        []half    // the same method for a joint H, see implicit.go
	quantum       float64   // spacing of the lattice, 0 for none, see OnLattice
	iterations    int       // number that solves an implicit equation, 0 for the default
	watched       bool      // record residuals, see PathAndResidual
}

var (
	// SymplecticEuler kicks, then drifts: first order, symplectic, not symmetric.
	SymplecticEuler = Splitting{"symplectic_euler", 1, []float64{1, 0}, []float64{1}, []half{{momentum, 1}}, 0, 0, false}

	// Leapfrog is kick-drift-kick (Störmer-Verlet): second order, symplectic, symmetric.
	Leapfrog = Splitting{"leapfrog", 2, []float64{0.5, 0.5}, []float64{1}, []half{{momentum, 0.5}, {position, 0.5}}, 0, 0, false}

	// Yoshida4 is three leapfrog steps of w₁, w₀, w₁ times dt (Yoshida 1990, eq. 2.11): fourth order.
	Yoshida4 = yoshida4()
)

func yoshida4() Splitting {
	w1 := 1 / (2 - math.Cbrt(2))
	w0 := 1 - 2*w1
	return Splitting{"yoshida4", 4,
		[]float64{w1 / 2, (w1 + w0) / 2, (w0 + w1) / 2, w1 / 2},
		[]float64{w1, w0, w1},
		[]half{{momentum, w1 / 2}, {position, w1 / 2}, {momentum, w0 / 2}, {position, w0 / 2}, {momentum, w1 / 2}, {position, w1 / 2}}, 0, 0, false}
}

// Name returns the name that ByName takes.
func (m Splitting) Name() string { return m.name }

// Order returns the declared order of convergence.
func (m Splitting) Order() int { return m.order }

// Symplectic returns true: every factor is the exact flow of one part of H.
func (m Splitting) Symplectic() bool { return true }

// Symmetric tells whether the composition reads the same from both ends, so that -dt inverts it.
func (m Splitting) Symmetric() bool {
	return palindrome(m.kicks) && palindrome(m.drifts)
}

func palindrome(c []float64) bool {
	for i := range c {
		if c[i] != c[len(c)-1-i] {
			return false
		}
	}
	return true
}

// Step advances s by dt.
func (m Splitting) Step(h phase.Dynamics, s phase.State, dt *Node) phase.State {
	return m.start(h, s, dt).next()
}

func (m Splitting) start(h phase.Dynamics, s phase.State, dt *Node) stepper {
	mustFit(s, dt)
	conservative, rate := undamped(h, s)
	if rate != nil {
		m.mustNotBeOnLattice()
	}
	switch h := conservative.(type) {
	case phase.Separable:
		return &splittingStepper{m: m, h: h, s: m.startOnLattice(s), dt: dt, rate: rate}
	case phase.Hamiltonian:
		implicit := implicitStepper{m: m, h: h, s: s, dt: dt}
		if rate != nil {
			return &dampedStepper{implicit, rate}
		}
		return &implicit
	}
	Panicf("%s alternates kicks and drifts, which are parts of a Hamiltonian: integrate a free field by a Runge-Kutta method", m.name)
	return nil
}

// splittingStepper keeps the force at the present position: a step that ends with a kick has computed the force with
// which the next step starts, which saves leapfrog every second one.
type splittingStepper struct {
	m     Splitting
	h     phase.Separable
	s     phase.State
	dt    *Node
	rate  *Node // rate of friction, nil for none
	force *Node // force at s.Q, nil if it is unknown
}

func (t *splittingStepper) next() phase.State {
	for i, k := range t.m.kicks {
		t.kick(k)
		if i < len(t.m.drifts) {
			t.drift(t.m.drifts[i])
		}
	}
	return t.s
}

func (t *splittingStepper) kick(k float64) {
	if k == 0 {
		return
	}
	if t.force == nil {
		t.force = phase.Force(t.h, t.s.Q)
	}
	h := MulScalar(t.dt, k)
	if t.rate != nil {
		t.s.P = dampedKick(t.s.P, t.force, t.rate, h)
		return
	}
	t.s.P = Add(t.s.P, t.m.onLattice(Mul(t.force, h)))
}

func (t *splittingStepper) drift(d float64) {
	if d == 0 {
		return
	}
	t.s.Q = Add(t.s.Q, t.m.onLattice(Mul(phase.Velocity(t.h, t.s.P), MulScalar(t.dt, d))))
	t.force = nil
}

// carry returns q, p and, for a method that begins and ends with a kick, the force at q.
func (t *splittingStepper) carry() []*Node {
	if !t.m.reusesForce() {
		return []*Node{t.s.Q, t.s.P}
	}
	if t.force == nil {
		t.force = phase.Force(t.h, t.s.Q)
	}
	return []*Node{t.s.Q, t.s.P, t.force}
}

func (t *splittingStepper) resume(carry []*Node) {
	t.s, t.force = phase.State{Q: carry[0], P: carry[1]}, nil
	if t.m.reusesForce() {
		t.force = carry[2]
	}
}

func (m Splitting) reusesForce() bool { return m.kicks[0] != 0 && m.kicks[len(m.kicks)-1] != 0 }
