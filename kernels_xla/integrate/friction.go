package integrate

import (
	. "github.com/gomlx/gomlx/core/graph"
	. "github.com/gomlx/gomlx/support/exceptions"

	"hgn.local/kernels_xla/phase"
)

// A kick includes the friction dp/dt = -c p (see [phase.Damped]). At a fixed position the force is constant, and
//
//	dp/dt = F - c p    has the exact flow    p(h) = δ·(δ·p + h·s·F),    δ = exp(-ch/2),    s = sinh(ch/2)/(ch/2)
//
// So a splitting method has the same order for a damped system as for a conservative one, -dt inverts it as before,
// as s is even in h, and a step of dt shrinks phase-space volume by exactly exp(-c·d·dt), as its kicks add up to dt.
// Each factor is the flow of a conformal Hamiltonian system (McLachlan and Perlmutter 2001; Bhatt, Floyd and Moore
// 2016).

// dampedKick returns the momentum after a kick of length h.
func dampedKick(p, force, rate, h *Node) *Node {
	half := MulScalar(Mul(rate, h), 0.5)
	decay := Exp(Neg(half))
	return Mul(decay, Add(Mul(decay, p), Mul(force, Mul(h, sinhc(half)))))
}

// sinhc returns sinh(x)/x, to the rounding of float64 for |x| < 0.3 and of float32 for |x| < 1.
func sinhc(x *Node) *Node {
	squared := Square(x)
	sum := OnesLike(x)
	for _, n := range []float64{10 * 11, 8 * 9, 6 * 7, 4 * 5, 2 * 3} {
		sum = OnePlus(MulScalar(Mul(squared, sum), 1/n))
	}
	return sum
}

// dampedStepper runs a Splitting with friction on a Hamiltonian that is not separable. It damps the momentum beside
// the implicit halves, before the momentum half and after the position half, which makes the two adjoint to each
// other again, so that the method keeps its symmetry and order.
type dampedStepper struct {
	implicitStepper
	rate *Node
}

func (t *dampedStepper) next() phase.State {
	m, residual := t.m, ZerosLike(t.s.Q)
	for _, part := range m.halves {
		damp := func() { t.s.P = Mul(t.s.P, Exp(Neg(Mul(t.rate, MulScalar(t.dt, part.share))))) }
		if part.first == momentum {
			damp()
		}
		t.m.halves = []half{part}
		t.implicitStepper.next()
		residual = Max(residual, t.residual)
		if part.first == position {
			damp()
		}
	}
	t.m, t.residual = m, residual
	return t.s
}

// undamped splits off friction: it returns the conservative part of h, and the rate at s, nil if there is none.
func undamped(h phase.Dynamics, s phase.State) (conservative phase.Dynamics, rate *Node) {
	if damped, ok := h.(phase.Damped); ok {
		return damped.Hamiltonian, damped.Rate(s.P)
	}
	return h, nil
}

func isSeparable(h phase.Dynamics) bool {
	_, ok := h.(phase.Separable)
	return ok
}

// mustNotBeOnLattice panics for a method on a lattice: friction brings states together, and no map of lattice points
// that does so can be undone.
func (m Splitting) mustNotBeOnLattice() {
	if m.quantum != 0 {
		Panicf("%s on a lattice cannot have friction, which brings its points together", m.name)
	}
}
