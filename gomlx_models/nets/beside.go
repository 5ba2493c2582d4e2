package nets

import (
	. "github.com/gomlx/gomlx/core/graph"

	"hgn.local/kernels_xla/phase"
)

// Beside puts conditions c, [n, k], beside x, [n, d] -> [n, d+k], for a network that shall depend on both; without
// conditions, c nil, it returns x. It is differentiable twice by x, also where a slice has no derivative, and not by c.
func Beside(x, c *Node) *Node {
	if c == nil {
		return x
	}
	return phase.WithAdjoint([]*Node{Concatenate([]*Node{StopGradient(x), c}, -1)}, []*Node{x}, func(v []*Node) []*Node {
		return []*Node{first(v[0], x.Shape().Dim(-1))}
	})[0]
}

// first returns the first d columns of x, differentiable once.
func first(x *Node, d int) *Node {
	part := Slice(StopGradient(x), AxisRange(), AxisRange(0, d))
	return phase.WithAdjoint([]*Node{part}, []*Node{x}, func(v []*Node) []*Node {
		others := ZerosLike(Slice(StopGradient(x), AxisRange(), AxisRange(d)))
		return []*Node{Concatenate([]*Node{v[0], others}, -1)}
	})[0]
}
