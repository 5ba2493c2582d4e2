package image

import (
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
)

// The functions of this file are the exact ones, accurate to rounding in relative terms over the whole range.
//
// On the Go backend none of them may use the operations Exp, Logistic or Tanh. These call Go's math.Exp, whose assembly
// on amd64 mixes SSE and VEX instructions: in a build with GOEXPERIMENT=simd a call then costs a hundred times its
// normal price from time to time (916 ns instead of 8 to 16 were measured). math.Expm1 and math.Log1p are plain Go and
// keep their price, so everything is written with these, and with derivatives that do not need exp at all.

// Exp is e^x, for finite x; its derivative is itself.
func Exp(x *graph.Node) *graph.Node {
	return withDerivative(x, expValue(x), func(y *graph.Node) *graph.Node { return y })
}

// expValue is e^x; on the Go backend it has no gradient. The growing branch loses nothing, so the other is its inverse.
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
	value, slope := SoftplusAndSlope(x)
	return withDerivative(x, value, func(*graph.Node) *graph.Node {
		return withDerivative(x, slope, func(y *graph.Node) *graph.Node { return graph.Mul(y, graph.OneMinus(y)) })
	})
}

// SoftplusAndSlope is the softplus of x and the sigmoid of x, its derivative, from one exponential; the caller gives them
// their gradients.
func SoftplusAndSlope(x *graph.Node) (value, slope *graph.Node) {
	zero, e := graph.ZerosLike(x), decay(graph.Abs(x))
	value = graph.Add(graph.Max(x, zero), log1p(e))
	slope = graph.Div(graph.Where(graph.LessThan(x, zero), e, graph.OnesLike(e)), graph.OnePlus(e))
	return value, slope
}

// log1p is log(1 + e) for e from 0 to 1. On the Go backend, whose Log1p takes 50 ns a number, it is in single precision
// twice the series of artanh at s = e/(2+e), which is at most 1/3: the first seven terms are exact to rounding.
func log1p(e *graph.Node) *graph.Node {
	if !onGo(e) || e.DType() != dtypes.Float32 {
		return graph.Log1p(e)
	}
	s := graph.Div(e, graph.AddScalar(e, 2))
	square := graph.Square(s)
	sum := graph.AddScalar(graph.MulScalar(square, 2.0/13), 2.0/11)
	for k := 9; k >= 1; k -= 2 {
		sum = graph.AddScalar(graph.Mul(sum, square), 2/float64(k))
	}
	return graph.Mul(s, sum)
}

// decay is e^-a for a >= 0, without a gradient on the Go backend.
func decay(a *graph.Node) *graph.Node {
	if !onGo(a) {
		return graph.Exp(graph.Neg(a))
	}
	return graph.Reciprocal(graph.AddScalar(graph.Expm1(a), 1))
}
