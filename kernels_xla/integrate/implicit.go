package integrate

import (
	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"

	"hgn.local/kernels_xla/phase"
)

// half is a share of dt in one of the two forms of symplectic Euler, which are each other's adjoint:
//
//	momentum:  p' = p - h·∂H/∂q(q, p')    q' = q + h·∂H/∂p(q, p')
//	position:  q' = q + h·∂H/∂p(q', p)    p' = p - h·∂H/∂q(q', p)
//
// Both are symplectic for any H(q, p), and compositions of them that read the same from both ends are
// symmetric; leapfrog is momentum then position, each with half of dt (Hairer, Lubich, Wanner, Geometric
// Numerical Integration, Sec. VI.3). Where H is separable nothing in them is implicit, and they are the kicks and
// drifts of Splitting.
type half struct {
	first variable
	share float64
}

// variable is the one whose equation is implicit.
type variable bool

const (
	momentum variable = false
	position variable = true
)

// fixedPoint is the number of iterations that solve an implicit equation. Each shrinks the error by about
// |h·∂²H/∂q∂p|, which is a few hundredths for the learned H of a pendulum's video: a few iterations reach the rounding.
func fixedPoint(d dtypes.DType) int {
	if d == dtypes.Float64 {
		return 8
	}
	return 4
}

// implicitStepper runs a Splitting on a Hamiltonian that is not separable. A step of leapfrog takes
// 2·(fixedPoint + 1) gradients of H, where a separable one takes two of its halves.
type implicitStepper struct {
	m  Splitting
	h  phase.Hamiltonian
	s  phase.State
	dt *Node
}

func (t *implicitStepper) next() phase.State {
	for _, half := range t.m.halves {
		h := MulScalar(t.dt, half.share)
		if half.first == momentum {
			p := t.s.P
			for range fixedPoint(t.dt.DType()) {
				p = Add(t.s.P, Mul(h, phase.PartialForce(t.h, phase.State{Q: t.s.Q, P: p})))
			}
			t.s = phase.State{Q: Add(t.s.Q, Mul(h, phase.PartialVelocity(t.h, phase.State{Q: t.s.Q, P: p}))), P: p}
		} else {
			q := t.s.Q
			for range fixedPoint(t.dt.DType()) {
				q = Add(t.s.Q, Mul(h, phase.PartialVelocity(t.h, phase.State{Q: q, P: t.s.P})))
			}
			t.s = phase.State{Q: q, P: Add(t.s.P, Mul(h, phase.PartialForce(t.h, phase.State{Q: q, P: t.s.P})))}
		}
	}
	return t.s
}

func (t *implicitStepper) carry() []*Node { return []*Node{t.s.Q, t.s.P} }

func (t *implicitStepper) resume(carry []*Node) { t.s = phase.State{Q: carry[0], P: carry[1]} }
