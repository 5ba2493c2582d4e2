package phase

import (
	. "github.com/gomlx/gomlx/core/graph"
)

// WithAdjoint gives values, functions of inputs, a reverse derivative of their own by these. It returns nodes equal to values.
// Where v holds the adjoints of the results, each of the shape of its value and zero for one that the loss does not use,
// adjoints(v) are those of the inputs, of their shapes. Derivatives that values have by other nodes stay.
func WithAdjoint(values, inputs []*Node, adjoints func(v []*Node) []*Node) []*Node {
	v := make([]*Node, len(values)) // adjoints of the values, in the reverse pass under way
	var of []*Node                  // and of the inputs, as soon as one is asked for
	term := ScalarZero(values[0].Graph(), values[0].DType())
	for i, x := range inputs {
		tap := IdentityWithCustomGradient(x, func(_, _ *Node) *Node {
			if of == nil {
				for k, value := range values {
					if v[k] == nil {
						v[k] = ZerosLike(value)
					}
				}
				of = adjoints(v)
				v = make([]*Node, len(values))
			}
			return of[i]
		})
		term = Add(term, ReduceAllSum(MulScalar(first(tap), 0)))
	}
	// The term is zero; it puts the taps behind the results in the reverse pass, where the adjoints of these are known.
	results := make([]*Node, len(values))
	for k, value := range values {
		results[k] = IdentityWithCustomGradient(Add(value, term), func(_, adjoint *Node) *Node {
			v[k], of = adjoint, nil
			return adjoint
		})
	}
	return results
}

// first is the first row of the first axis: small, so that taps cost nothing.
func first(x *Node) *Node {
	if x.IsScalar() {
		return x
	}
	return Slice(x, AxisRange(0, 1))
}
