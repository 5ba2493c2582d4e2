package integrate

import (
	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	. "github.com/gomlx/gomlx/support/exceptions"

	"hgn.local/kernels_xla/phase"
)

// half is a share of dt in one of the two forms of symplectic Euler, which are each other's adjoint:
//
//	momentum:  p' = p - h·∂H/∂q(q, p')    q' = q + h·∂H/∂p(q, p')
//	position:  q' = q + h·∂H/∂p(q', p)    p' = p - h·∂H/∂q(q', p)
//
// Both are symplectic for any H(q, p), and compositions that read the same from both ends are symmetric; leapfrog is
// momentum then position, each with half of dt (Hairer, Lubich, Wanner, Geometric Numerical Integration, Sec. VI.3).
// If H is separable they are explicit, and equal the kicks and drifts of Splitting.
type half struct {
	first variable
	share float64
}

// variable names the variable whose equation is implicit.
type variable bool

const (
	momentum variable = false
	position variable = true
)

// fixedPoint returns the number of iterations that solve an implicit equation unless WithIterations sets it. Each
// shrinks the error by ρ = |h·∂²H/∂q∂p|, a few hundredths for the learned H of a pendulum's video: a few iterations
// reach the rounding.
//
// Training differentiates a loss through the iterations. That gives the derivative of the computed value, whether or
// not it has converged. Its distance from the derivative of the solution was measured for a kinetic energy
// a(q)²|p|²/2 with a network a, ten steps of leapfrog, relative to the largest entry:
//
//	iterations      4        5        6        8
//	dt = 0.125    3.0e-5   3.9e-6   3.4e-7   3.5e-9
//	dt = 0.25     2.0e-4   9.1e-5   1.1e-5   6.0e-7
//
// The implicit function theorem, with its series cut after as many terms, costs the same number of products with
// second derivatives of H, and gave 7.5e-5, 8.2e-6, 5.4e-7, 4.4e-9 and 2.2e-4, 8.7e-5, 7.0e-6, 2.8e-7: no better.
func fixedPoint(d dtypes.DType) int {
	if d == dtypes.Float64 {
		return 8
	}
	return 5
}

// manyIterations is the number that Trajectory takes if the usual number does not converge. They suffice up to
// ρ = 0.8; beyond, a step is so long that its error is as large as its result.
const manyIterations = 64

// tolerance returns the residuals up to which implicit equations count as solved, after a number of iterations that
// is just enough and after manyIterations. A residual belongs to the last iterate but one: the last one is better by
// ρ. Many iterations end at the rounding, which on a GPU that multiplies matrices with 11 bits can be ρ·2⁻¹¹.
func tolerance(d dtypes.DType) (few, many float64) {
	if d == dtypes.Float64 {
		return 1e-12, 1e-12
	}
	return 1e-5, 1e-4
}

// WithIterations returns the method with n iterations, 1 or more, for each implicit equation of a Hamiltonian that is
// not separable. The default is 5, and 8 in float64.
func (m Splitting) WithIterations(n int) Splitting {
	if n < 1 {
		Panicf("an implicit equation needs at least 1 iteration, not %d", n)
	}
	m.iterations = n
	return m
}

// implicitStepper runs a Splitting on a Hamiltonian that is not separable. A step of leapfrog takes
// 2·(iterations + 1) gradients of H; a separable H needs two gradients of its parts.
type implicitStepper struct {
	m        Splitting
	h        phase.Hamiltonian
	s        phase.State
	dt       *Node
	residual *Node // for each coordinate, the largest in the last step
}

func (t *implicitStepper) next() phase.State {
	t.residual = ZerosLike(t.s.Q)
	for _, half := range t.m.halves {
		h := MulScalar(t.dt, half.share)
		if half.first == momentum {
			p := t.solve(t.s.P, func(p *Node) *Node {
				return Add(t.s.P, Mul(h, phase.PartialForce(t.h, phase.State{Q: t.s.Q, P: p})))
			})
			t.s = phase.State{Q: Add(t.s.Q, Mul(h, phase.PartialVelocity(t.h, phase.State{Q: t.s.Q, P: p}))), P: p}
		} else {
			q := t.solve(t.s.Q, func(q *Node) *Node {
				return Add(t.s.Q, Mul(h, phase.PartialVelocity(t.h, phase.State{Q: q, P: t.s.P})))
			})
			t.s = phase.State{Q: q, P: Add(t.s.P, Mul(h, phase.PartialForce(t.h, phase.State{Q: q, P: t.s.P})))}
		}
	}
	return t.s
}

// solve iterates x = f(x), and records the residual |f(x) - x|/(1 + |f(x)|) of the last iterate but one.
func (t *implicitStepper) solve(x *Node, f func(x *Node) *Node) *Node {
	n := t.m.iterations
	if n == 0 {
		n = fixedPoint(x.DType())
	}
	before := x
	for range n {
		before, x = x, f(x)
	}
	if t.m.watched {
		y, x := StopGradient(before), StopGradient(x)
		t.residual = Max(t.residual, Div(Abs(Sub(x, y)), OnePlus(Abs(x))))
	}
	return x
}

// carry returns q, p and, if they are watched, the residuals of the step that led there.
func (t *implicitStepper) carry() []*Node {
	if !t.m.watched {
		return []*Node{t.s.Q, t.s.P}
	}
	if t.residual == nil {
		t.residual = ZerosLike(t.s.Q)
	}
	return []*Node{t.s.Q, t.s.P, t.residual}
}

func (t *implicitStepper) resume(carry []*Node) { t.s = phase.State{Q: carry[0], P: carry[1]} }
