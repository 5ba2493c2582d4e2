package video

import (
	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"

	"hgn.local/kernels_xla/program"
)

// FramesValue describes the input "frames" of an exported program: n frames of videos like shape in bytes, [batch, n,
// Size, Size, 3], as `hgn data` writes them.
func FramesValue(shape Shape, n int) program.Value {
	return program.Rows("frames", n, shape.Size, shape.Size, 3).As(dtypes.Uint8)
}

// SeenFrames computes on the device what [Pool], [Pooled.Tensor] and [Seen] compute together: it takes frames in bytes,
// [batch, frames, Size, Size, 3], to the encoder's view of them, [features, batch, frames].
func SeenFrames(frames *Node, by int) *Node {
	dims := frames.Shape().Dimensions
	n, t, w := dims[0], dims[1], dims[2]/by
	sum := ReduceSum(Reshape(ConvertDType(frames, dtypes.Float32), n, t, w, by, w, by, 3), 3, 5)
	mean := Floor(Div(AddScalar(sum, float64(by*by/2)), Scalar(frames.Graph(), dtypes.Float32, float64(by*by))))
	return SubScalar(Div(Reshape(TransposeAllAxes(mean, 2, 3, 4, 0, 1), w*w*3, n, t), Scalar(frames.Graph(), dtypes.Float32, 255)), grey)
}
