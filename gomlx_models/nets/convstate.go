package nets

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/convops"
)

// ConvState is the paper's f_psi (Sec. 3.2): it maps z [batch, S, S, C] to the state's position and momentum, each
// [batch, S/8, S/8, channels], with 16 channels in the paper. Three 3x3 convolutions with stride 2, the given number
// of filters and ReLU are followed by one with stride 1 for each of q and p. The last ones have no activation, so q
// and p take either sign. (The paper's reproduction has a ReLU there, which keeps every initial q and p positive.)
//
// With 48 channels in, 64 filters and 16 channels out it has 120 032 parameters.
func ConvState(scope *model.Scope, z *Node, channels, filters int) (q, p *Node) {
	for i := range 3 {
		z = convops.Relu(conv(scope.At("conv_%d", i), z, filters, 2, ReluGain, nil))
	}
	return conv(scope.At("q"), z, channels, 1, 1, nil), conv(scope.At("p"), z, channels, 1, 1, nil)
}
