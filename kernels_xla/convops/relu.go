package convops

import "github.com/gomlx/gomlx/core/graph"

// Relu is max(x, 0), with derivative 1 where x >= 0 and 0 elsewhere, as GoMLX's. It is made as a product, whose derivative
// is one too: that of Max takes four passes over the elements for a sign. Its second derivative vanishes.
func Relu(x *graph.Node) *graph.Node {
	positive := graph.GreaterOrEqual(x, graph.ScalarZero(x.Graph(), x.DType()))
	return graph.Mul(x, graph.StopGradient(graph.ConvertDType(positive, x.DType())))
}
