package nets

import (
	"math"
	"slices"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// evaluate computes layers as their documentation says.
func evaluate(layers []Layer, x []float64) []float64 {
	for _, l := range layers {
		y := make([]float64, l.Out)
		copy(y, l.Biases)
		for i := range l.In {
			for j := range y {
				y[j] += x[i] * l.Weights[i*l.Out+j]
			}
		}
		for j, z := range y {
			switch l.Activation {
			case "relu":
				y[j] = max(z, 0)
			case "squareplus":
				y[j] = (z + math.Sqrt(z*z+4)) / 2
			case "squareplus2":
				y[j] = z + math.Sqrt(z*z+1)
			case "root":
				y[j] = math.Sqrt(1 + z*z)
			case "softplus":
				y[j] = math.Log1p(math.Exp(z))
			case "tanh":
				y[j] = math.Tanh(z)
			}
		}
		x = y
	}
	return x
}

// The layers that are read from a store compute what the graph does.
func TestLayersAreTheNetworks(t *testing.T) {
	field := func(activation string) (func(scope *model.Scope, x *Node) *Node, func(scope *model.Scope) ([]Layer, error)) {
		return func(scope *model.Scope, x *Node) *Node { return ForceField(scope, activation, 1, 5, 4)(x) },
			func(scope *model.Scope) ([]Layer, error) { return ForceFieldLayers(scope, activation) }
	}
	type network struct {
		graph  func(scope *model.Scope, x *Node) *Node
		layers func(scope *model.Scope) ([]Layer, error)
	}
	all := map[string]network{
		"linear": {func(s *model.Scope, x *Node) *Node { return Linear(s, x, out, 1, draw(2, out)) }, LinearLayers},
		"mlp":    {func(s *model.Scope, x *Node) *Node { return MLP(s, x, 6, 5) }, MLPLayers},
		"energy": {func(s *model.Scope, x *Node) *Node { return Energy(s, x, 6, 5) }, EnergyLayers},
		"smooth": {func(s *model.Scope, x *Node) *Node { return Smooth(s, x, out, 6, 5) }, SmoothLayers},
		"even":   {func(s *model.Scope, x *Node) *Node { return EvenEnergy(s, x, 6) }, EvenEnergyLayers},
	}
	for _, activation := range Activations() {
		graph, layers := field(activation)
		all["force field "+activation] = network{graph, layers}
	}
	for name, n := range all {
		t.Run(name, func(t *testing.T) {
			if _, err := n.layers(seeded(7).RootScope()); err == nil && name != "mlp" { // an MLP may have no layers
				t.Error("a store without variables has a network")
			}
			store, x := seeded(7), draw(1, batch*in)
			got := compile(t, store, func(scope *model.Scope, x []*Node) []*Node { return []*Node{n.graph(scope, x[0])} })(matrix(x, batch, in))[0]
			layers, err := n.layers(store.RootScope())
			ok(t, err)
			var want []float64
			for i := range batch {
				want = append(want, evaluate(layers, x[i*in:][:in])...)
			}
			near(t, "outputs", got, want, 1e-12)
			for _, l := range layers {
				if !slices.Contains(LayerActivations(), l.Activation) {
					t.Errorf("the activation %q is not listed", l.Activation)
				}
			}
		})
	}
}
