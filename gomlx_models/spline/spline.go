// Package spline holds the monotone rational-quadratic spline of Gregory and Delbourgo (1982) as Durkan, Bekasov,
// Murray and Papamakarios (2019, "Neural Spline Flows") use it in flows: a bijection of the line, with its inverse and
// the logarithm of its slope in closed form.
//
// Between -bound and bound the spline passes through bins + 1 knots (x_k, y_k) with the slopes δ_k > 0; outside it is
// the identity. Within a bin, with w = x_k+1 - x_k, h = y_k+1 - y_k, s = h/w and ξ = (x - x_k)/w,
//
//	y = y_k + h (s ξ² + δ_k ξ(1-ξ)) / D          D = s + (δ_k+1 + δ_k - 2s) ξ(1-ξ)
//	dy/dx = s² (δ_k+1 ξ² + 2s ξ(1-ξ) + δ_k (1-ξ)²) / D²
package spline

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"

	"hgn.local/gomlx_models/nets"
	"hgn.local/kernels_xla/convops"
)

// least bounds the widths and heights of bins, as shares of the interval, and the inner slopes, from below.
const least = 1e-3

// MostBins is the largest number of a spline's bins that leaves room to move their widths.
const MostBins = 500

// Spline holds a rational-quadratic spline for each of n x m numbers.
type Spline struct {
	bound                       float64
	left, width, bottom, height *Node // of the bins, [n, m, bins]
	slopeLeft, slopeRight       *Node // at the ends of the bins, [n, m, bins]
}

// New makes splines from unconstrained values: the logarithms of the bins' relative widths and heights,
// [n, m, bins], and the slopes at the inner knots before a softplus, [n, m, bins-1]. Zeros make the identity. The
// slopes at both ends are 1, so that the derivative is continuous. There are at least two bins.
func New(widths, heights, slopes *Node, bound float64) *Spline {
	s := &Spline{bound: bound}
	s.left, s.width = intervals(widths, bound)
	s.bottom, s.height = intervals(heights, bound)
	// softplus(log(e-1)) is 1.
	inner := AddScalar(MulScalar(convops.Softplus(AddScalar(slopes, math.Log(math.E-1))), 1-least), least)
	one := OnePlus(ZerosLike(ReduceAndKeep(StopGradient(slopes), ReduceMax, -1)))
	s.slopeLeft, s.slopeRight = Concatenate([]*Node{one, inner}, -1), Concatenate([]*Node{inner, one}, -1)
	return s
}

// intervals divides -bound to bound in the ratio of the exponentials of logs, and returns the lower ends of the parts
// and their sizes.
func intervals(logs *Node, bound float64) (low, size *Node) {
	bins := logs.Shape().Dim(-1)
	weights := convops.Exp(Sub(logs, StopGradient(ReduceAndKeep(logs, ReduceMax, -1))))
	shares := Div(weights, ReduceAndKeep(weights, ReduceSum, -1))
	size = MulScalar(AddScalar(MulScalar(shares, 1-least*float64(bins)), least), 2*bound)
	before := make([]float64, bins*bins)
	for i := range bins {
		for j := i + 1; j < bins; j++ {
			before[i*bins+j] = 1
		}
	}
	flat := Reshape(size, -1, bins)
	low = Reshape(Dot(flat, Const(logs.Graph(), nets.Tensor(logs.DType(), before, bins, bins))).Product(), size.Shape().Dimensions...)
	return AddScalar(low, -bound), size
}

// bin is the bin that holds a number, for each of n x m numbers.
type bin struct{ left, width, bottom, height, slopeLeft, slopeRight *Node }

// at returns the bins that hold x, whose lower ends are edges. A number beyond the interval is in the first bin or the
// last.
func (s *Spline) at(x, edges *Node) bin {
	dtype := x.DType()
	above := ConvertDType(GreaterOrEqual(ExpandDims(StopGradient(x), -1), StopGradient(edges)), dtype) // 1 from the first bin to that of x
	bins := edges.Shape().Dim(-1)
	differences := make([]float64, bins*bins) // the last 1 of a row alone stays 1
	for i := range bins {
		differences[i*bins+i] = 1
		if i > 0 {
			differences[i*bins+i-1] = -1
		}
	}
	inside := Reshape(Dot(Reshape(above, -1, bins), Const(x.Graph(), nets.Tensor(dtype, differences, bins, bins))).Product(), above.Shape().Dimensions...)
	pick := func(of *Node) *Node { return ReduceSum(Mul(of, inside), -1) }
	return bin{pick(s.left), pick(s.width), pick(s.bottom), pick(s.height), pick(s.slopeLeft), pick(s.slopeRight)}
}

// clip keeps x within the interval, where a number outside has no bin.
func (s *Spline) clip(x *Node) *Node { return ClipScalar(x, -s.bound, s.bound) }

// within replaces the values for x beyond the interval.
func (s *Spline) within(x, value, beyond *Node) *Node {
	return Where(LessThan(Abs(x), AddScalar(ZerosLike(x), s.bound)), value, beyond)
}

// Forward computes the splines' values at x, [n, m], and the logarithms of their slopes there.
func (s *Spline) Forward(x *Node) (y, logSlope *Node) {
	inside := s.clip(x)
	b := s.at(inside, s.left)
	ξ := Div(Sub(inside, b.left), b.width)
	slope := Div(b.height, b.width)
	mixed := Mul(ξ, OneMinus(ξ))
	denominator := b.denominator(slope, mixed)
	y = Add(b.bottom, Div(Mul(b.height, Add(Mul(slope, Square(ξ)), Mul(b.slopeLeft, mixed))), denominator))
	return s.within(x, y, x), s.within(x, b.logSlope(slope, ξ, mixed, denominator), ZerosLike(x))
}

// Inverse computes the x at which the splines have the values y, [n, m], and the logarithms of the splines' slopes
// there. It solves the quadratic equation for ξ in the form that does not cancel.
func (s *Spline) Inverse(y *Node) (x, logSlope *Node) {
	inside := s.clip(y)
	b := s.at(inside, s.bottom)
	above := Sub(inside, b.bottom)
	slope := Div(b.height, b.width)
	excess := Mul(above, Sub(Add(b.slopeLeft, b.slopeRight), MulScalar(slope, 2)))
	quadratic := Add(Mul(b.height, Sub(slope, b.slopeLeft)), excess)
	linear := Sub(Mul(b.height, b.slopeLeft), excess)
	constant := Neg(Mul(slope, above))
	discriminant := MaxScalar(Sub(Square(linear), MulScalar(Mul(quadratic, constant), 4)), 0.0)
	ξ := Div(MulScalar(constant, 2), Sub(Neg(linear), Sqrt(discriminant)))
	mixed := Mul(ξ, OneMinus(ξ))
	x = Add(b.left, Mul(ξ, b.width))
	return s.within(y, x, y), s.within(y, b.logSlope(slope, ξ, mixed, b.denominator(slope, mixed)), ZerosLike(y))
}

// denominator is D of the package documentation; mixed is ξ(1-ξ).
func (b bin) denominator(slope, mixed *Node) *Node {
	return Add(slope, Mul(Sub(Add(b.slopeLeft, b.slopeRight), MulScalar(slope, 2)), mixed))
}

// logSlope is log dy/dx at ξ.
func (b bin) logSlope(slope, ξ, mixed, denominator *Node) *Node {
	numerator := Add(Add(Mul(b.slopeRight, Square(ξ)), MulScalar(Mul(slope, mixed), 2)), Mul(b.slopeLeft, Square(OneMinus(ξ))))
	return Sub(Add(MulScalar(Log(slope), 2), Log(numerator)), MulScalar(Log(denominator), 2))
}
