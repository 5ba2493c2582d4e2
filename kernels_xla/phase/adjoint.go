package phase

import (
	. "github.com/gomlx/gomlx/core/graph"
)

// WithAdjoint gives values, which are functions of inputs, a custom reverse derivative by these inputs. It returns
// nodes equal to values. In the reverse pass it calls adjoints(v), where v holds the adjoints of the results, each of
// the shape of its value and zero for one that the loss does not use; adjoints returns the adjoints of the inputs, in
// their shapes. Derivatives of values by other nodes stay.
func WithAdjoint(values, inputs []*Node, adjoints func(v []*Node) []*Node) []*Node {
	v := make([]*Node, len(values)) // adjoints of the values in the current reverse pass
	var of []*Node                  // adjoints of the inputs, computed as soon as one is asked for
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
	// The term is zero; it puts the taps behind the results in the reverse pass, where the results' adjoints are
	// known.
	results := make([]*Node, len(values))
	for k, value := range values {
		results[k] = IdentityWithCustomGradient(Add(value, term), func(_, adjoint *Node) *Node {
			v[k], of = adjoint, nil
			return adjoint
		})
	}
	return results
}

// first returns the first row of the first axis, which is small, so that taps cost nothing.
func first(x *Node) *Node {
	if x.IsScalar() {
		return x
	}
	return Slice(x, AxisRange(0, 1))
}
