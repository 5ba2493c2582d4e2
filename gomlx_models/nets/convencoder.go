package nets

import (
	"slices"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	. "github.com/gomlx/gomlx/support/exceptions"

	"hgn.local/kernels_xla/convops"
)

// startLogVariance is where the log-variances of ConvEncoder start: a standard deviation of 0.2 beside means
// of about 1, so that a first decoder has something to go by.
const startLogVariance = -3.2

// ConvEncoder is the paper's q(z|x) (Sec. 3.2 and its reproduction): the frames of a video, concatenated
// along the channels, x [batch, S, S, 3·frames], to mean and standard deviation of z, each
// [batch, side, side, channels]. It has 3x3 convolutions of the given widths with ReLU behind them and one
// more without, for mean and log-variance. The first log₂(S/side) of them have stride 2; at 32x32, with
// the side 32 of ConvSides, none has. The paper's widths are those of EncoderFilters, its z has 48 channels.
//
// It has 284 480 parameters for 30 frames of three channels, in float32 1.1 MiB.
func ConvEncoder(scope *model.Scope, x *Node, side, channels int, filters ...int) (mean, std *Node) {
	x = encoderLayers(scope, x, side, filters)
	mean = conv(scope.At("mean"), x, channels, 1, 1, nil)
	logVariance := conv(scope.At("log_variance"), x, channels, 1, 0.1, slices.Repeat([]float64{startLogVariance}, channels))
	return mean, convops.Exp(MulScalar(logVariance, 0.5))
}

// ConvMean is the mean of ConvEncoder without what only the standard deviation needs, for deterministic models.
func ConvMean(scope *model.Scope, x *Node, side, channels int, filters ...int) *Node {
	return conv(scope.At("mean"), encoderLayers(scope, x, side, filters), channels, 1, 1, nil)
}

// encoderLayers are the hidden layers of ConvEncoder.
func encoderLayers(scope *model.Scope, x *Node, side int, filters []int) *Node {
	strided := steps(x.Shape().Dim(1), side)
	if strided > len(filters) {
		Panicf("an encoder of %d layers cannot bring maps of side %d down to %d", len(filters), x.Shape().Dim(1), side)
	}
	for i, n := range filters {
		stride := 1
		if i < strided {
			stride = 2
		}
		x = convops.Relu(conv(scope.At("conv_%d", i), x, n, stride, ReluGain, nil))
	}
	return x
}
