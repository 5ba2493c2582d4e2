package nets

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	. "github.com/gomlx/gomlx/support/exceptions"

	"hgn.local/gomlx_models/params"
	"hgn.local/kernels_xla/convops"
)

// PaperFilters is the number N of filters in the paper's convolutions. The paper's encoder starts with half as many.
const PaperFilters = 64

// EncoderFilters returns the widths of the hidden layers of the paper's encoder for n filters: n/2, then n six times.
// The layer for mean and variance is the eighth.
func EncoderFilters(n int) []int { return []int{half(n), n, n, n, n, n, n} }

// ConvSides returns, for square frames of the given size, the sides of the encoder's feature map and of the state's
// map. f_psi halves the map three times, so the state's side is an eighth of the encoder's. The encoder keeps frames
// of 32x32 at full size, as in the paper's reproduction. It halves larger frames until they are at most 32x32 or
// cannot be halved any more, so the paper's 64x64 frames get the same state, 4x4.
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

// conv is a 3x3 convolution of x [N, H, W, C] to [N, H/stride, W/stride, filters] with stride 1 or 2. Its initial
// weights have standard deviation gain/√(9C); its initial biases are given, or zero if nil. It is differentiable
// once.
func conv(scope *model.Scope, x *Node, filters, stride int, gain float64, biases []float64) *Node {
	kernel, b := convWeights(scope, x, filters, gain, biases)
	if stride == 2 {
		return convops.Conv3x3Stride2(x, kernel, b)
	}
	return convops.Conv3x3(x, kernel, b)
}

// upConv doubles the map by nearest neighbours and then applies conv with stride 1: the result is [N, 2H, 2W,
// filters].
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

// steps returns how many halvings lead from one side of a map to another; it panics if none do.
func steps(from, to int) int {
	n := int(math.Round(math.Log2(float64(from) / float64(to))))
	if to < 1 || n < 0 || to<<n != from {
		Panicf("a map of side %d is not reached from side %d by doublings", from, to)
	}
	return n
}

func half(n int) int { return max(1, n/2) }
