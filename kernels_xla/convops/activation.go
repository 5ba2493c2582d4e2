package convops

import "github.com/gomlx/gomlx/core/graph"

// The functions of this file are exact: accurate to rounding in relative terms over the whole range.
//
// On the Go backend none of them may use the operations Exp, Logistic or Tanh. These call Go's math.Exp, whose
// assembly on amd64 mixes SSE and VEX instructions: in a build with GOEXPERIMENT=simd a call then occasionally costs
// a hundred times its normal price (916 ns instead of 8 to 16 were measured). math.Expm1 and math.Log1p are plain Go
// and keep their price, so this file uses them, and derivatives that need no exp at all.

// Exp is e^x, for finite x. It is its own derivative.
func Exp(x *graph.Node) *graph.Node {
	return withDerivative(x, expValue(x), func(y *graph.Node) *graph.Node { return y })
}

// expValue is e^x; on the Go backend it has no gradient. The growing branch loses no digits, so the other branch is
// its inverse.
func expValue(x *graph.Node) *graph.Node {
	if !onGo(x) {
		return graph.Exp(x)
	}
	growth := graph.AddScalar(graph.Expm1(graph.Abs(x)), 1)
	return graph.Where(graph.LessThan(x, graph.ZerosLike(x)), graph.Reciprocal(growth), growth)
}

// Sigmoid is 1 / (1 + e^-x), with derivative y (1 - y).
func Sigmoid(x *graph.Node) *graph.Node {
	if !onGo(x) {
		return graph.Logistic(x)
	}
	value := graph.Reciprocal(graph.AddScalar(graph.Expm1(graph.Neg(x)), 2))
	return withDerivative(x, value, func(y *graph.Node) *graph.Node { return graph.Mul(y, graph.OneMinus(y)) })
}

// Softplus is log(1 + e^x) = max(x, 0) + log(1 + e^-|x|), with derivative Sigmoid(x).
func Softplus(x *graph.Node) *graph.Node {
	value := graph.Add(graph.Max(x, graph.ZerosLike(x)), graph.Log1p(decay(graph.Abs(x))))
	return withDerivative(x, value, func(*graph.Node) *graph.Node { return Sigmoid(x) })
}

// decay is e^-a for a >= 0. On the Go backend it has no gradient.
func decay(a *graph.Node) *graph.Node {
	if !onGo(a) {
		return graph.Exp(graph.Neg(a))
	}
	return graph.Reciprocal(graph.AddScalar(graph.Expm1(a), 1))
}
