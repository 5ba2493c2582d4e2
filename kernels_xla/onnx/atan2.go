//go:build cgo && !noonnx && (linux || darwin) && (amd64 || arm64)

package onnx

import (
	"math"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
)

// Atan2 computes the angle of the point (x, y), to about 2e-7 in either precision. With a = min(|x|, |y|) / max(|x|,
// |y|) it is atan(a) or its complement, with the signs of x and y. atan(a) is a polynomial in a or, if a > tan(π/8),
// in (a-1)/(a+1), plus π/4 (Cephes, atanf).
func (f *function) Atan2(y, x compute.Value) (compute.Value, error) {
	shape, err := f.Shape(y)
	if err != nil {
		return nil, err
	}
	if other, err := f.Shape(x); err != nil || !other.Equal(shape) {
		return nil, compute.ErrNotImplemented
	}
	s := &steps{function: f}
	constant := func(v float64) compute.Value {
		var c compute.Value
		if shape.DType == dtypes.Float64 {
			c = s.do(f.Constant([]float64{v}))
		} else {
			c = s.do(f.Constant([]float32{float32(v)}))
		}
		return s.do(f.BroadcastInDim(c, shapes.Make(shape.DType, shape.Dimensions...), nil))
	}
	choose := func(where, then, otherwise compute.Value) compute.Value { return s.do(f.Where(where, then, otherwise)) }
	less := func(a, b compute.Value) compute.Value { return s.do(f.LessThan(a, b)) }
	add := func(a, b compute.Value) compute.Value { return s.do(f.Add(a, b)) }
	sub := func(a, b compute.Value) compute.Value { return s.do(f.Sub(a, b)) }
	mul := func(a, b compute.Value) compute.Value { return s.do(f.Mul(a, b)) }

	zero, one := constant(0), constant(1)
	ax, ay := s.do(f.Abs(x)), s.do(f.Abs(y))
	tiny := constant(1e-37) // makes the angle of the origin 0
	a := s.do(f.Div(s.do(f.Min(ax, ay)), s.do(f.Max(s.do(f.Max(ax, ay)), tiny))))
	steep := less(constant(math.Tan(math.Pi/8)), a)
	a = choose(steep, s.do(f.Div(sub(a, one), add(a, one))), a)
	z := mul(a, a)
	p := constant(8.05374449538e-2)
	for _, c := range []float64{-1.38776856032e-1, 1.99777106478e-1, -3.33329491539e-1} {
		p = add(mul(p, z), constant(c))
	}
	angle := add(mul(mul(p, z), a), a)
	angle = choose(steep, add(angle, constant(math.Pi/4)), angle)
	angle = choose(less(ax, ay), sub(constant(math.Pi/2), angle), angle)
	angle = choose(less(x, zero), sub(constant(math.Pi), angle), angle)
	return choose(less(y, zero), s.do(f.Neg(angle)), angle), s.err
}
