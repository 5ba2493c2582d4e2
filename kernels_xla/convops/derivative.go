package convops

import "github.com/gomlx/gomlx/core/graph"

// withDerivative gives an elementwise function of x a derivative of its own: the result has the given value, and its
// derivative by x is derivative(y), where y is the result. As derivative is built from differentiable nodes, y among
// them, the result can be differentiated any number of times, however value was computed.
//
// The value of x - x is zero for finite x only: an infinite x gives NaN.
func withDerivative(x, value *graph.Node, derivative func(y *graph.Node) *graph.Node) *graph.Node {
	var y *graph.Node
	tangent := graph.IdentityWithCustomGradient(x, func(_, v *graph.Node) *graph.Node { return graph.Mul(v, derivative(y)) })
	y = graph.Add(graph.StopGradient(value), graph.Sub(tangent, graph.StopGradient(x)))
	return y
}

// withAdjoints gives a function of two tensors a reverse derivative of its own: the result has the given value, and
// where v is the adjoint of the result, those of a and b are ofA(v) and ofB(v). These must have the shapes of a and
// b; where they are built from differentiable nodes, the result is differentiable again.
func withAdjoints(a, b, value *graph.Node, ofA, ofB func(v *graph.Node) *graph.Node) *graph.Node {
	var v *graph.Node // what reaches the result, in the reverse pass under way
	tapA := graph.IdentityWithCustomGradient(a, func(_, _ *graph.Node) *graph.Node { return ofA(v) })
	tapB := graph.IdentityWithCustomGradient(b, func(_, _ *graph.Node) *graph.Node { return ofB(v) })
	// This term is zero; it puts the taps behind the result in the reverse pass, where v is known.
	term := graph.MulScalar(graph.Add(first(tapA), first(tapB)), 0)
	return graph.IdentityWithCustomGradient(graph.Add(graph.StopGradient(value), term), func(_, adjoint *graph.Node) *graph.Node {
		v = adjoint
		return adjoint
	})
}

// first is the first entry of x, a scalar.
func first(x *graph.Node) *graph.Node {
	ranges := make([]graph.SliceAxisSpec, x.Rank())
	for i := range ranges {
		ranges[i] = graph.AxisElem(0)
	}
	return graph.Reshape(graph.Slice(x, ranges...))
}
