package nets

import (
	"slices"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	. "github.com/gomlx/gomlx/support/exceptions"

	"hgn.local/kernels_xla/convops"
)

// startLogVariance is the initial log-variance of ConvEncoder: a standard deviation of 0.2 beside means of about 1,
// so that an untrained decoder still sees a signal.
const startLogVariance = -3.2

// ConvEncoder is the paper's q(z|x) (Sec. 3.2 and its reproduction). It maps the frames of a video, concatenated
// along the channels, x [batch, S, S, 3·frames], to the mean and standard deviation of z, each [batch, side, side,
// channels]. It has 3x3 convolutions of the given widths, each followed by a ReLU, and two output convolutions
// without one, for mean and log-variance. The first log₂(S/side) of the hidden ones have stride 2; at 32x32, with the
// side 32 of ConvSides, none has. EncoderFilters returns the paper's widths; the paper's z has 48 channels.
//
// It has 284 480 parameters for 30 frames of three channels, in float32 1.1 MiB.
func ConvEncoder(scope *model.Scope, x *Node, side, channels int, filters ...int) (mean, std *Node) {
	x = encoderLayers(scope, x, side, filters)
	mean = conv(scope.At("mean"), x, channels, 1, 1, nil)
	logVariance := conv(scope.At("log_variance"), x, channels, 1, 0.1, slices.Repeat([]float64{startLogVariance}, channels))
	return mean, convops.Exp(MulScalar(logVariance, 0.5))
}

// ConvMean computes only the mean of ConvEncoder, without the layer for the standard deviation, for deterministic
// models.
func ConvMean(scope *model.Scope, x *Node, side, channels int, filters ...int) *Node {
	return conv(scope.At("mean"), encoderLayers(scope, x, side, filters), channels, 1, 1, nil)
}

// encoderLayers applies the hidden layers of ConvEncoder.
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
