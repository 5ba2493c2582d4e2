package video

import (
	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
)

// grey is subtracted from the encoder's input, so that a background is about zero.
const grey = 0.3

// Units maps bytes of any shape to [0, 1] in float32, as the table [Unit] does. Videos go to the device as bytes,
// which take a quarter of the space of float32.
func Units(bytes *Node) *Node {
	return Div(ConvertDType(bytes, dtypes.Float32), Scalar(bytes.Graph(), dtypes.Float32, 255))
}

// Seen maps the bytes of [Pooled.Tensor] to the encoder's input, in the same shape and in [-0.3, 0.7].
func Seen(bytes *Node) *Node { return SubScalar(Units(bytes), grey) }
