package hnn

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/nets"
	"hgn.local/kernels_xla/phase"
)

// perceptron is H(q, p), a perceptron of q and p together.
func perceptron(scope *model.Scope, widths []int) phase.Hamiltonian {
	return phase.Joint(func(s phase.State) *Node {
		return nets.Energy(scope.At("joint"), Concatenate([]*Node{s.Q, s.P}, -1), widths...)
	})
}

// plain is a network (q, p) -> (f, g), in a dress in which whatever takes a Hamiltonian takes it too: the function
//
//	p·f - q·g    with f and g held fixed
//
// has (∂/∂p, -∂/∂q) = (f, g). It is no energy, and nothing is conserved along f and g. A loss of this field does not
// reach the state, only the network.
func plain(scope *model.Scope, widths []int) phase.Hamiltonian {
	return phase.Joint(func(s phase.State) *Node {
		d := s.Q.Shape().Dim(-1)
		fg := nets.Smooth(scope.At("plain"), Concatenate([]*Node{StopGradient(s.Q), StopGradient(s.P)}, -1), 2*d, widths...)
		f, g := Slice(fg, AxisRange(), AxisRange(0, d)), Slice(fg, AxisRange(), AxisRange(d, 2*d))
		return ReduceSum(Sub(Mul(s.P, f), Mul(s.Q, g)), -1)
	})
}

// parts are the energy at rest, V = H(q, 0), and the rest, K = H - V.
func parts(h phase.Hamiltonian, s phase.State) (k, v *Node) {
	v = h.Energy(phase.State{Q: s.Q, P: ZerosLike(s.P)})
	return Sub(h.Energy(s), v), v
}
