package nets

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// spreadReach is the standard deviation of the distance from the origin at which a unit of a Spread layer bends, for
// inputs of standard deviation 1.
const spreadReach = 1.2

// Spread is an MLP for inputs of standard deviation 1 of which it shall tell near points apart: the units of its first
// layer begin to bend at places all over the inputs. Those of MLP all bend at the origin, so that it begins as a function
// that is linear along every ray, and learns rings or stripes slowly.
func Spread(scope *model.Scope, x *Node, widths ...int) *Node {
	if len(widths) == 0 {
		return x
	}
	in, out := x.Shape().Dim(-1), widths[0]
	first := scope.At("hidden_0")
	if existing(first, x.DType(), "weights", in+1, out) == nil {
		values := normal(first, "weights", ReluGain*Lecun(in), (in+1)*out)
		for unit := range out {
			squares := 0.0
			for i := range in {
				squares += values[i*out+unit] * values[i*out+unit]
			}
			values[in*out+unit] *= spreadReach * math.Sqrt(squares) / (ReluGain * Lecun(in))
		}
		first.VariableWithValue("weights", Tensor(x.DType(), values, in+1, out))
	}
	return MLP(scope, x, widths...)
}
