package convops

import (
	"math/rand/v2"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
)

// TestInTurn: in any number of groups, of equal length or not, the loss and its gradients by rows and weights are those of
// the plain form, as part of a larger loss and beside another use of the rows.
func TestInTurn(t *testing.T) {
	program := func(groups int) func(in []*graph.Node) []*graph.Node {
		return func(in []*graph.Node) []*graph.Node {
			loss := func(x, target *graph.Node) *graph.Node {
				return ReconstructionMSE(Relu(Conv3x3(x, in[2], in[3])), target)
			}
			rows := graph.Square(in[0])
			var value *graph.Node
			if groups == 0 {
				value = loss(rows, in[1])
			} else {
				value = inTurn(rows, in[1], groups, loss, func() []*graph.Node { return in[2:] })
			}
			value = graph.Add(graph.MulScalar(value, 3), graph.ReduceAllMean(rows))
			return append(graph.Gradient(value, in[0], in[2], in[3]), value)
		}
	}
	for where, backend := range onAll(t) {
		if isSingle(backend) {
			continue // it has no barrier
		}
		r := rand.New(rand.NewPCG(1, 2))
		x, target, kernel, bias := normal(r, 7, 4, 4, 2), normal(r, 7, 4, 4, 3), normal(r, 3, 3, 2, 3), normal(r, 3)
		want := call(t, backend, program(0), x, target, kernel, bias)
		for _, groups := range []int{1, 2, 3, 7} {
			got := call(t, backend, program(groups), x, target, kernel, bias)
			for i, what := range []string{"dx", "dkernel", "dbias", "value"} {
				if d := distance(got[i], want[i]); d > 1e-14 {
					t.Errorf("%s, %d groups: the %s differs by %.2g", where, groups, what, d)
				}
			}
		}
	}
}
