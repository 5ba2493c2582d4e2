package nhf

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/nets"
)

// maxLogScale bounds the logarithm of the encoder's standard deviations: between e^-5 and e^5 the density of a
// momentum is neither a spike nor flat, whatever the network outputs.
const maxLogScale = 5

// encode computes f_psi(p|q), a diagonal normal density: the mean and the logarithm of the standard deviation of each
// coordinate, [n, d]. It starts near N(0, 1).
func (m *Model) encode(scope *model.Scope, q *Node) (mean, logScale *Node) {
	d := q.Shape().Dim(-1)
	scope = scope.At("encoder")
	h := nets.MLP(scope, q, m.Params.EncoderHidden...)
	mean = nets.Linear(scope.At("mean"), h, d, 0.1, nil)
	logScale = nets.Linear(scope.At("log_scale"), h, d, 0.1, nil)
	return mean, bounded(logScale, maxLogScale)
}
