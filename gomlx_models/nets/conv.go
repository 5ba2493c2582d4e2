package nets

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	. "github.com/gomlx/gomlx/support/exceptions"

	"hgn.local/gomlx_models/params"
	"hgn.local/kernels_xla/convops"
)

// PaperFilters is the number N of filters of the paper's convolutions; its encoder starts with half of them.
const PaperFilters = 64

// EncoderFilters are the widths of the hidden layers of the paper's encoder for n filters: n/2, then n six
// times. With the layer that gives mean and variance these are its eight layers.
func EncoderFilters(n int) []int { return []int{half(n), n, n, n, n, n, n} }

// ConvSides returns, for square frames of the given size, the sides of the encoder's feature map and of the
// map that is the state. f_psi takes three steps down, so the state's side is an eighth of the encoder's.
// Frames of 32x32 stay as they are in the encoder, as in the paper's reproduction; larger ones are halved
// there until they are not larger than 32x32 or cannot be halved any more, so that the paper's 64x64 frames
// have the same state, 4x4.
func ConvSides(size int) (encoder, state int, err error) {
	if size < 8 || size%8 != 0 {
		return 0, 0, params.Errorf("the convolutional networks need frames whose size is a multiple of 8, not %dx%d", size, size)
	}
	encoder = size
	for encoder > 32 && encoder%16 == 0 {
		encoder /= 2
	}
	return encoder, encoder / 8, nil
}

// conv is a 3x3 convolution, x [N, H, W, C] to [N, H/stride, W/stride, filters] with stride 1 or 2, and with
// weights of standard deviation gain/√(9C) and the given biases at the start, zero where they are nil. It is
// differentiable once.
func conv(scope *model.Scope, x *Node, filters, stride int, gain float64, biases []float64) *Node {
	kernel, b := convWeights(scope, x, filters, gain, biases)
	if stride == 2 {
		return convops.Conv3x3Stride2(x, kernel, b)
	}
	return convops.Conv3x3(x, kernel, b)
}

// upConv is conv with stride 1 of a map that is doubled first by nearest neighbours, to [N, 2H, 2W, filters].
func upConv(scope *model.Scope, x *Node, filters int, gain float64) *Node {
	kernel, b := convWeights(scope, x, filters, gain, nil)
	return convops.UpConv3x3(x, kernel, b)
}

func convWeights(scope *model.Scope, x *Node, filters int, gain float64, biases []float64) (kernel, b *Node) {
	g, dtype, channels := x.Graph(), x.DType(), x.Shape().Dim(-1)
	kernel = Weight(scope, g, dtype, "kernel", gain*Lecun(9*channels), 3, 3, channels, filters)
	if biases == nil {
		biases = make([]float64, filters)
	}
	return kernel, WeightWithValues(scope, g, dtype, "biases", biases, filters)
}

// steps is the number of halvings from one side of a map to another; it panics where there is none.
func steps(from, to int) int {
	n := int(math.Round(math.Log2(float64(from) / float64(to))))
	if to < 1 || n < 0 || to<<n != from {
		Panicf("a map of side %d is not reached from side %d by doublings", from, to)
	}
	return n
}

func half(n int) int { return max(1, n/2) }
