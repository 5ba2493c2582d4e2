package image

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
