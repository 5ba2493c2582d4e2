package convops

import (
	"math/rand/v2"
	"testing"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

// TestResample: both steps equal their definitions, each is the other's adjoint up to the factor 4 (which checks the
// gradients), and down after up is the identity.
func TestResample(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	n, h, w, c := 2, 3, 5, 2
	s, l := make([]float64, n*h*w*c), make([]float64, n*2*h*2*w*c)
	for i := range l {
		s[i/4], l[i] = r.NormFloat64(), r.NormFloat64()
	}
	up, sum := make([]float64, len(l)), make([]float64, len(s))
	for i := range up {
		ic, iw, ih, in := i%c, i/c%(2*w), i/c/(2*w)%(2*h), i/c/(2*w)/(2*h)
		from := ((in*h+ih/2)*w+iw/2)*c + ic
		up[i] = s[from]
		sum[from] += l[i]
	}
	mean, spread := make([]float64, len(s)), make([]float64, len(l))
	for i := range mean {
		mean[i] = sum[i] / 4
	}
	for i := range spread {
		spread[i] = up[i] / 4
	}
	for where, backend := range backends(t) {
		got := call(t, backend, func(in []*graph.Node) []*graph.Node {
			u, d := Upsample2(in[0]), Downsample2(in[1])
			return []*graph.Node{u, d, Downsample2(u),
				graph.Gradient(graph.ReduceAllSum(graph.Mul(u, in[1])), in[0])[0],
				graph.Gradient(graph.ReduceAllSum(graph.Mul(d, in[0])), in[1])[0]}
		}, tensors.FromFlatDataAndDimensions(s, n, h, w, c), tensors.FromFlatDataAndDimensions(l, n, 2*h, 2*w, c))
		for i, want := range [][]float64{up, mean, s, sum, spread} {
			if d := distance(got[i], want); d > 1e-14 {
				t.Errorf("%s: output %d differs by %.2g", where, i, d)
			}
		}
	}
}
