package phase

import (
	"slices"
	"testing"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"

	"hgn.local/kernels_xla/graphtest"
)

// gradient makes the very nodes that GoMLX's Gradient makes, whatever else is in the graph and whatever the energy is
// made of.
func TestGradientIsGoMLX(t *testing.T) {
	backend := graphtest.Sequential(t)
	sum := func(x *Node) *Node { return ReduceSum(x, -1) }
	for name, energy := range map[string]func(q, p, w *Node) *Node{
		"separable":  func(q, p, w *Node) *Node { return Add(sum(Square(p)), sum(Cos(q))) },
		"of q alone": func(q, p, w *Node) *Node { return sum(Tanh(MatMul(q, w))) },
		"constant":   func(q, p, w *Node) *Node { return sum(Square(MatMul(StopGradient(q), w))) },
		"joint": func(q, p, w *Node) *Node {
			return sum(Tanh(MatMul(Concatenate([]*Node{q, p}, -1), Concatenate([]*Node{w, w}, 0))))
		},
		"many ways": func(q, p, w *Node) *Node {
			x := Sin(MatMul(q, w))
			return sum(Add(Mul(x, p), Mul(Mul(x, x), StopGradient(x))))
		},
		"used twice": func(q, p, w *Node) *Node { return sum(MatMul(MatMul(Mul(q, p), w), w)) },
		"custom gradient": func(q, p, w *Node) *Node {
			return sum(IdentityWithCustomGradient(Mul(q, p), func(x, v *Node) *Node { return Mul(v, Exp(x)) }))
		},
		"no derivative":    func(q, p, w *Node) *Node { return sum(Mul(q, StopGradient(Expm1(Add(q, p))))) },
		"fused":            func(q, p, w *Node) *Node { return sum(Mul(Softmax(q, -1), p)) },
		"indirectly fused": func(q, p, w *Node) *Node { return sum(Mul(Square(Softmax(Mul(p, p), -1)), Sin(q))) },
	} {
		t.Run(name, func(t *testing.T) {
			nodes := func(gradient func(output *Node, wrt ...*Node) []*Node) (all []string) {
				g := NewGraph(backend, "test")
				shape := shapes.Make(dtypes.Float64, 3, 2)
				q, p := Parameter(g, "q", shape), Parameter(g, "p", shape)
				w := Parameter(g, "w", shapes.Make(dtypes.Float64, 2, 2))
				for range 3 { // a rollout, in which each state depends on those before
					at, to := leaf(q), leaf(p)
					d := gradient(ReduceAllSum(energy(at, to, w)), at, to)
					q, p = Add(q, d[1]), Sub(p, d[0])
				}
				Gradient(ReduceAllSum(Mul(q, p)), w)
				for _, n := range g.Nodes() {
					all = append(all, n.String())
				}
				return all
			}
			want, got := nodes(Gradient), nodes(gradient)
			if !slices.Equal(got, want) {
				t.Errorf("%d nodes, GoMLX makes %d:\n%q\n%q", len(got), len(want), got, want)
			}
		})
	}
}

// An operator that has no derivative is named.
func TestGradientNamesOperator(t *testing.T) {
	backend := graphtest.Sequential(t)
	defer func() {
		if e, ok := recover().(error); !ok || e.Error() != "the operator Expm1 has no derivative, so it cannot be part of an energy" {
			t.Errorf("the panic is %v", e)
		}
	}()
	at := leaf(Parameter(NewGraph(backend, "test"), "x", shapes.Make(dtypes.Float64, 3)))
	gradient(ReduceAllSum(Expm1(at)), at)
}
