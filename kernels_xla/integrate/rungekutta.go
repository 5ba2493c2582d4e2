package integrate

import (
	. "github.com/gomlx/gomlx/core/graph"

	"hgn.local/kernels_xla/phase"
)

// RungeKutta is an explicit Runge-Kutta method with the Butcher tableau of an autonomous system: stage i is the field
// at s + dt·Σⱼ aᵢⱼ·kⱼ (j < i), and the step is s + dt·Σᵢ bᵢ·kᵢ.
type RungeKutta struct {
	name  string
	order int
	a     [][]float64 // a[i] has i entries
	b     []float64
}

var (
	// Euler is the explicit Euler method: first order; energy grows without bound.
	Euler = RungeKutta{"euler", 1, [][]float64{{}}, []float64{1}}

	// RK4 is the classical fourth-order method: accurate, but neither symplectic nor reversible.
	RK4 = RungeKutta{"rk4", 4,
		[][]float64{{}, {0.5}, {0, 0.5}, {0, 0, 1}},
		[]float64{1. / 6, 1. / 3, 1. / 3, 1. / 6}}
)

// Name returns the name that ByName takes.
func (m RungeKutta) Name() string { return m.name }

// Order returns the declared order of convergence.
func (m RungeKutta) Order() int { return m.order }

// Symplectic returns false: no explicit Runge-Kutta method is symplectic.
func (m RungeKutta) Symplectic() bool { return false }

// Symmetric returns false: no explicit Runge-Kutta method is symmetric.
func (m RungeKutta) Symmetric() bool { return false }

// Step advances s by dt.
func (m RungeKutta) Step(h phase.Dynamics, s phase.State, dt *Node) phase.State {
	mustFit(s, dt)
	dqs, dps := make([]*Node, len(m.b)), make([]*Node, len(m.b))
	for i, a := range m.a {
		at := advance(s, dqs[:i], dps[:i], a, dt)
		dqs[i], dps[i] = h.Rates(at)
	}
	return advance(s, dqs, dps, m.b, dt)
}

// advance returns s + dt·Σ cᵢ·(dqᵢ, dpᵢ).
func advance(s phase.State, dqs, dps []*Node, c []float64, dt *Node) phase.State {
	for i, ci := range c {
		if ci != 0 {
			h := MulScalar(dt, ci)
			s.Q, s.P = Add(s.Q, Mul(dqs[i], h)), Add(s.P, Mul(dps[i], h))
		}
	}
	return s
}

func (m RungeKutta) start(h phase.Dynamics, s phase.State, dt *Node) stepper {
	return &rungeKuttaStepper{m, h, s, dt}
}

type rungeKuttaStepper struct {
	m  RungeKutta
	h  phase.Dynamics
	s  phase.State
	dt *Node
}

func (t *rungeKuttaStepper) next() phase.State {
	t.s = t.m.Step(t.h, t.s, t.dt)
	return t.s
}

func (t *rungeKuttaStepper) carry() []*Node { return []*Node{t.s.Q, t.s.P} }

func (t *rungeKuttaStepper) resume(carry []*Node) { t.s = phase.State{Q: carry[0], P: carry[1]} }
