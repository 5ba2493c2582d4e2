package nets

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/convops"
)

// Smooth is a perceptron with out outputs that may be used inside a Hamiltonian: x [batch, in] -> [batch, out], with
// squareplus after the hidden layers. Its outputs start at a tenth of their usual size.
func Smooth(scope *model.Scope, x *Node, out int, widths ...int) *Node {
	x = smoothLayers(scope, x, widths)
	width := x.Shape().Dim(-1)
	return Dot(x, Weight(scope, x.Graph(), x.DType(), "outputs", 0.1*Lecun(width), width, out)).Product()
}

// smoothLayers applies the hidden layers of Smooth and of Energy: [batch, in] -> [batch, last width].
func smoothLayers(scope *model.Scope, x *Node, widths []int) *Node {
	for i, width := range widths {
		in := scope.In("layer_%d", i)
		w := Weight(in, x.Graph(), x.DType(), "weights", Lecun(x.Shape().Dim(-1)), x.Shape().Dim(-1), width)
		b := Weight(in, x.Graph(), x.DType(), "biases", 0.5, 1, width)
		x = convops.Squareplus(Add(Dot(x, w).Product(), b))
	}
	return x
}
