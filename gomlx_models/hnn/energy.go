package hnn

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/nets"
	"hgn.local/kernels_xla/phase"
)

// perceptron builds H(q, p) as a perceptron of q, embedded, and p together.
func perceptron(scope *model.Scope, embed func(q *Node) *Node, widths []int) phase.Hamiltonian {
	return phase.Joint(func(s phase.State) *Node {
		return nets.Energy(scope.At("joint"), Concatenate([]*Node{embed(s.Q), s.P}, -1), widths...)
	})
}

// asItIs embeds coordinates on lines.
func asItIs(q *Node) *Node { return q }

// plain is a network (q, p) -> (f, g) in the form of a Hamiltonian, so that it fits wherever one does: the function
//
//	p·f - q·g    with f and g held fixed
//
// has (∂/∂p, -∂/∂q) = (f, g). It is not an energy, and nothing is conserved along f and g. The gradient of a loss of
// this field reaches the network only, not the state.
func plain(scope *model.Scope, widths []int) phase.Hamiltonian {
	return phase.Joint(func(s phase.State) *Node {
		d := s.Q.Shape().Dim(-1)
		fg := nets.Smooth(scope.At("plain"), Concatenate([]*Node{StopGradient(s.Q), StopGradient(s.P)}, -1), 2*d, widths...)
		f, g := Slice(fg, AxisRange(), AxisRange(0, d)), Slice(fg, AxisRange(), AxisRange(d, 2*d))
		return ReduceSum(Sub(Mul(s.P, f), Mul(s.Q, g)), -1)
	})
}

// parts splits the energy into V = H(q, 0), the energy at rest, and K = H - V.
func parts(h phase.Hamiltonian, s phase.State) (k, v *Node) {
	v = h.Energy(phase.State{Q: s.Q, P: ZerosLike(s.P)})
	return Sub(h.Energy(s), v), v
}
