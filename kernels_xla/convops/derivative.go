package convops

import "github.com/gomlx/gomlx/core/graph"

// withDerivative gives an elementwise function of x a custom derivative: the result y has the given value, and its
// derivative by x is derivative(y). Since derivative is built from differentiable nodes, y among them, the result can
// be differentiated any number of times, however value was computed.
//
// The value contains x - x, which is zero only for finite x: an infinite x gives NaN.
func withDerivative(x, value *graph.Node, derivative func(y *graph.Node) *graph.Node) *graph.Node {
	var y *graph.Node
	tangent := graph.IdentityWithCustomGradient(x, func(_, v *graph.Node) *graph.Node { return graph.Mul(v, derivative(y)) })
	y = graph.Add(graph.StopGradient(value), graph.Sub(tangent, graph.StopGradient(x)))
	return y
}

// withAdjoints gives a function of two tensors a custom reverse derivative: the result has the given value, and if v
// is the adjoint of the result, ofA(v) and ofB(v) are the adjoints of a and b, with the shapes of a and b. If ofA and
// ofB build differentiable nodes, the result can be differentiated again.
func withAdjoints(a, b, value *graph.Node, ofA, ofB func(v *graph.Node) *graph.Node) *graph.Node {
	var v *graph.Node // the adjoint of the result in the current reverse pass
	tapA := graph.IdentityWithCustomGradient(a, func(_, _ *graph.Node) *graph.Node { return ofA(v) })
	tapB := graph.IdentityWithCustomGradient(b, func(_, _ *graph.Node) *graph.Node { return ofB(v) })
	// This term is zero; it puts the taps behind the result in the reverse pass, where v is known.
	term := graph.MulScalar(graph.Add(first(tapA), first(tapB)), 0)
	return graph.IdentityWithCustomGradient(graph.Add(graph.StopGradient(value), term), func(_, adjoint *graph.Node) *graph.Node {
		v = adjoint
		return adjoint
	})
}

// first returns the first entry of x, a scalar.
func first(x *graph.Node) *graph.Node {
	ranges := make([]graph.SliceAxisSpec, x.Rank())
	for i := range ranges {
		ranges[i] = graph.AxisElem(0)
	}
	return graph.Reshape(graph.Slice(x, ranges...))
}
