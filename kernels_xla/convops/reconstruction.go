package convops

import (
	"github.com/gomlx/gomlx/core/graph"
)

// ReconstructionMSE is the mean of (AlgebraicSigmoid(x) - target)² over all elements, a scalar: the pixel error of a
// decoder with output x, against a target in [0, 1] of the same shape. It is differentiable once, by x.
//
// With s = x/√(x²+4) and e = s - (2·target - 1) the value is mean(e²)/4 and its derivative e·(1-s²)/√(x²+4) / (2n).
// This takes five passes over the frames, where differentiating the composition takes thirteen; on the Go backend a
// training step spends more time in such passes than in the decoder's matrix products.
func ReconstructionMSE(x, target *graph.Node) *graph.Node {
	n := float64(x.Shape().Size())
	r := root(x)
	s := graph.Div(x, r)
	e := graph.Sub(s, graph.AddScalar(graph.MulScalar(target, 2), -1))
	var adjoint *graph.Node // the adjoint of the value in the current reverse pass
	tap := graph.IdentityWithCustomGradient(x, func(_, _ *graph.Node) *graph.Node {
		slope := graph.Div(graph.OneMinus(graph.Square(s)), r)
		return graph.Mul(graph.Mul(e, slope), graph.MulScalar(adjoint, 0.5/n))
	})
	value := graph.StopGradient(graph.MulScalar(graph.ReduceAllSum(graph.Square(e)), 0.25/n))
	// The term is zero; it puts the tap behind the value in the reverse pass, where its adjoint is known.
	value = graph.Add(value, graph.MulScalar(graph.ReduceAllSum(tap), 0))
	return graph.IdentityWithCustomGradient(value, func(_, v *graph.Node) *graph.Node {
		adjoint = v
		return v
	})
}
