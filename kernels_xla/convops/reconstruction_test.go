package convops

import (
	"math/rand/v2"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
)

// The value and both uses of the gradient agree with the composition of the plain operations.
func TestReconstructionMSE(t *testing.T) {
	for name, b := range backends(t) {
		r := rand.New(rand.NewPCG(5, 6))
		x, target := normal(r, 7, 11), normal(r, 7, 11)
		got := call(t, b, func(in []*graph.Node) []*graph.Node {
			v := ReconstructionMSE(in[0], in[1])
			return []*graph.Node{v, graph.Gradient(graph.MulScalar(graph.Square(v), 3), in[0])[0]}
		}, x, target)
		want := call(t, b, func(in []*graph.Node) []*graph.Node {
			v := graph.ReduceAllMean(graph.Square(graph.Sub(AlgebraicSigmoid(in[0]), in[1])))
			return []*graph.Node{v, graph.Gradient(graph.MulScalar(graph.Square(v), 3), in[0])[0]}
		}, x, target)
		for i := range got {
			if d := distance(got[i], want[i]); !(d < 1e-12) {
				t.Errorf("%s: output %d is off by %g", name, i, d)
			}
		}
	}
}
