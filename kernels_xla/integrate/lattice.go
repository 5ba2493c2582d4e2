package integrate

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"

	"hgn.local/kernels_xla/phase"
)

// OnLattice returns the method with states and increments rounded to multiples of 2^-bits: p += round(kick), q +=
// round(drift). A sum of two multiples is exact in floating point as long as it stays below 2^(mantissa - bits), 64
// for 18 bits in float32, and a kick depends on q alone, a drift on p alone. So a step of -dt undoes one of dt to the
// last bit if a backend gives the same force for the same position, rather than only up to rounding, which a chaotic
// or stretching flow magnifies (Levesque and Verlet 1993). It is still a bijection of phase space, now of lattice
// points.
//
// The derivative of rounding is zero: use this for inference, and not for training.
func (m Splitting) OnLattice(bits int) Splitting {
	m.quantum = math.Ldexp(1, -bits)
	return m
}

// onLattice rounds x to the method's lattice, if it has one.
func (m Splitting) onLattice(x *Node) *Node {
	if m.quantum == 0 {
		return x
	}
	return MulScalar(Round(MulScalar(x, 1/m.quantum)), m.quantum)
}

// startOnLattice rounds a state to the method's lattice, if it has one.
func (m Splitting) startOnLattice(s phase.State) phase.State {
	return phase.State{Q: m.onLattice(s.Q), P: m.onLattice(s.P)}
}
