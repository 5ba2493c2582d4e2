package nets

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/convops"
)

// energyGain compensates for softplus' slope of 1/2 at 0, so that the force does not vanish at the start.
const energyGain = 2

// ConvEnergy is the paper's Hamiltonian network with N filters, as its author describes it. The returned function
// maps x [batch, S, S, C] to a scalar, [batch], by convolutions
//
//	N/2 filters  3x3
//	N   filters  2x2, stride 2
//	N   filters  2x2, twice
//	1   filter   2x2, stride 2
//
// with softplus between them (a ReLU's second derivative vanishes) and a sum over the map at the end. On the paper's
// 4x4 maps the blocks of the strided layers cover the map; maps of odd side are completed by a row and a column of
// zeros. The network serves as K(p), as V(q), and as a joint H if x holds the channels of both.
//
// The layers are applied as matrices (see convops.ConvMatrix), which are made once per graph: an integrator that
// evaluates the function many times should keep the function.
//
// With N = 64 and 16 channels it has 46 048 parameters.
func ConvEnergy(scope *model.Scope, filters int) func(x *Node) *Node {
	var layers []matrixLayer
	return func(x *Node) *Node {
		if layers == nil || layers[0].matrix.Graph() != x.Graph() {
			layers = energyLayers(scope, x, filters)
		}
		batch := x.Shape().Dim(0)
		x = Reshape(x, batch, -1)
		for i, layer := range layers {
			if i > 0 {
				x = convops.Softplus(x)
			}
			x = layer.apply(x)
		}
		return ReduceSum(x, -1)
	}
}

// energyLayers builds the layers of ConvEnergy for inputs shaped like x.
func energyLayers(scope *model.Scope, x *Node, filters int) []matrixLayer {
	height, width, channels := x.Shape().Dim(1), x.Shape().Dim(2), x.Shape().Dim(3)
	var layers []matrixLayer
	for i, l := range []struct {
		filters, size, stride int
		gain                  float64
	}{
		{half(filters), 3, 1, energyGain}, {filters, 2, 2, energyGain}, {filters, 2, 1, energyGain}, {filters, 2, 1, energyGain}, {1, 2, 2, energyGain},
	} {
		in := scope.At("conv_%d", i)
		fanIn := l.size * l.size * channels
		kernel := Weight(in, x.Graph(), x.DType(), "kernel", l.gain*Lecun(fanIn), l.size, l.size, channels, l.filters)
		layer := matrixLayer{matrix: convops.ConvMatrix(kernel, height, width, l.stride)}
		if i < 4 { // the last layer's biases would only add a constant to the energy, which no force sees
			layer.biases = Weight(in, x.Graph(), x.DType(), "biases", 0, l.filters)
		}
		layers = append(layers, layer)
		height, width, channels = (height+l.stride-1)/l.stride, (width+l.stride-1)/l.stride, l.filters
	}
	return layers
}

// matrixLayer is a convolution on flattened maps.
type matrixLayer struct {
	matrix *Node // [in·C, out·O]
	biases *Node // [O], or nil
}

func (l matrixLayer) apply(x *Node) *Node {
	y := convops.Product(x, l.matrix)
	if l.biases == nil {
		return y
	}
	filters := l.biases.Shape().Dim(0)
	perPosition := Add(Reshape(y, -1, filters), Reshape(l.biases, 1, filters))
	return Reshape(perPosition, y.Shape().Dimensions...)
}
