package nets

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Linear is the layer x·W + b, x [batch, in] -> [batch, out], for networks outside the Hamiltonian: it is
// differentiable once. The initial weights have standard deviation gain/√in; the initial biases are given, or zero if
// nil. Weights and biases are one variable, [in+1, out].
//
// This form costs least where matrix products are fast and everything else is not, as on the Go backend: the bias is
// a row of the weights, so that neither it nor its gradient needs a pass over the output, and no gradient transposes
// the output (see product).
func Linear(scope *model.Scope, x *Node, out int, gain float64, biases []float64) *Node {
	in := x.Shape().Dim(-1)
	w := existing(scope, x.DType(), "weights", in+1, out)
	if w == nil {
		values := normal(scope, "weights", gain*Lecun(in), (in+1)*out)
		clear(values[in*out:])
		copy(values[in*out:], biases)
		w = scope.VariableWithValue("weights", Tensor(x.DType(), values, in+1, out))
	}
	ones := OnePlus(ZerosLike(ReduceAndKeep(StopGradient(x), ReduceMax, -1)))
	return product(Concatenate([]*Node{x, ones}, -1), w.NodeValue(x.Graph()))
}

// product computes x·w, x [batch, in], w [in, out], with the gradients
//
//	∂x = v·wᵀ    ∂w = xᵀ·v
//
// which transpose only x. GoMLX's own gradient of a matrix product transposes x, v and the result for ∂w; with as
// many output features as an image has, that costs the Go backend several times the product itself.
func product(x, w *Node) *Node {
	var v *Node // the adjoint of the output in the current reverse pass
	tap := IdentityWithCustomGradient(w, func(w, _ *Node) *Node {
		return Dot(Transpose(x, 0, 1), v).Product()
	})
	// The term is zero; it puts the tap behind the output in the reverse pass, where v is known.
	x = Add(x, MulScalar(ReduceAllSum(tap), 0))
	return IdentityWithCustomGradient(Dot(x, StopGradient(w)).Product(), func(_, adjoint *Node) *Node {
		v = adjoint
		return adjoint
	})
}

// MLP is a perceptron of layers of the given widths with ReLU after each: x [batch, in] -> [batch, last width]. It is
// differentiable once.
func MLP(scope *model.Scope, x *Node, widths ...int) *Node {
	for i, width := range widths {
		x = Relu(Linear(scope.At("hidden_%d", i), x, width, ReluGain, nil))
	}
	return x
}

// Relu is max(x, 0). Its second derivative vanishes, so it must not be used inside a Hamiltonian.
func Relu(x *Node) *Node { return MaxScalar(x, 0.0) }
