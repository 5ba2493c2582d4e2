package video

import (
	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
)

// Videos go to the device in bytes, a quarter of what they take in float32.

// grey is subtracted from what an encoder sees, so that a background is about zero.
const grey = 0.3

// Units maps bytes to [0, 1] in float32, as the table [Unit] does.
func Units(bytes *Node) *Node {
	return Div(ConvertDType(bytes, dtypes.Float32), Scalar(bytes.Graph(), dtypes.Float32, 255))
}

// Seen is what an encoder sees of bytes, in [-0.3, 0.7].
func Seen(bytes *Node) *Node { return SubScalar(Units(bytes), grey) }
