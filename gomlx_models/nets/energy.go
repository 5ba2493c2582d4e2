package nets

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// Energy is a perceptron with one scalar output for energies: x [batch, in] -> [batch]. Its hidden layers have the
// given widths and the squareplus activation, whose second derivative vanishes nowhere and which needs no
// exponential.
func Energy(scope *model.Scope, x *Node, widths ...int) *Node {
	x = smoothLayers(scope, x, widths)
	return readout(scope, x)
}

// EvenEnergy is a scalar that is even in x by construction, Σᵢ cᵢ·√(1 + (wᵢ·x)²): [batch, in] -> [batch]. It starts
// convex: its second derivative at 0 is the unit matrix in expectation.
func EvenEnergy(scope *model.Scope, x *Node, width int) *Node {
	in := x.Shape().Dim(-1)
	w := Weight(scope, x.Graph(), x.DType(), "weights", Lecun(in), in, width)
	c := make([]float64, width)
	for i := range c {
		c[i] = float64(in) / float64(width)
	}
	coefficients := WeightWithValues(scope, x.Graph(), x.DType(), "coefficients", c, width, 1)
	y := Sqrt(AddScalar(Square(Dot(x, w).Product()), 1.0))
	return Reshape(Dot(y, coefficients).Product(), -1)
}

func readout(scope *model.Scope, x *Node) *Node {
	width := x.Shape().Dim(-1)
	w := Weight(scope, x.Graph(), x.DType(), "readout", Lecun(width), width, 1)
	return Reshape(Dot(x, w).Product(), -1)
}
