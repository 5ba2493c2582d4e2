package nets

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	. "github.com/gomlx/gomlx/support/exceptions"

	"hgn.local/kernels_xla/convops"
)

// ConvDecoder is the paper's decoder, which sees the position alone: it maps q [n, s, s, C] to the logits of frames
// of size x size pixels, [n, size·size·3]. It has log₂(size/s) stages, each of which doubles the map by nearest
// neighbours and passes it through a residual block
//
//	y = relu(conv(relu(conv(x))) + x)
//
// of 3x3 convolutions with the given number of filters. In the first stage, where the numbers of channels and filters
// differ, a matrix multiplies the x on the right. A last 3x3 convolution gives the three colours. The caller turns
// the logits into pixels, once, at the end. (The paper's reproduction has a sigmoid in every block.)
//
// The last convolution's biases start at the mean of meanLogits [size·size·3] over each colour, or at zero if
// meanLogits is nil, so an untrained decoder draws roughly the mean colour.
//
// From 16 channels with 64 filters it has 196 675 parameters at 32x32 and 270 531 at 64x64, where the state is 4x4.
func ConvDecoder(scope *model.Scope, q *Node, size, filters int, meanLogits []float64) *Node {
	if n := len(meanLogits); n != 0 && n != size*size*3 {
		Panicf("%d mean logits do not fit frames of %dx%d", n, size, size)
	}
	n := q.Shape().Dim(0)
	for i := range steps(size, q.Shape().Dim(1)) {
		q = residual(scope.At("stage_%d", i), q, filters)
	}
	return Reshape(conv(scope.At("frame"), q, 3, 1, 0.5, colours(meanLogits)), n, -1)
}

// colours returns the mean of the logits over the pixels, for each of the three colours.
func colours(logits []float64) []float64 {
	mean := make([]float64, 3)
	for i, l := range logits {
		mean[i%3] += l * 3 / float64(len(logits))
	}
	return mean
}

// residual is one stage of the decoder: [n, s, s, C] to [n, 2s, 2s, filters].
func residual(scope *model.Scope, x *Node, filters int) *Node {
	shortcut := x
	if channels := x.Shape().Dim(-1); channels != filters {
		w := Weight(scope, x.Graph(), x.DType(), "shortcut", Lecun(channels), channels, filters)
		shortcut = MatMul(x, w) // before the doubling, with which it commutes
	}
	y := convops.Relu(upConv(scope.At("conv_0"), x, filters, ReluGain))
	y = conv(scope.At("conv_1"), y, filters, 1, 1, nil)
	return convops.Relu(Add(y, convops.Upsample2(shortcut)))
}
