package convops

import "github.com/gomlx/gomlx/core/graph"

// Relu is max(x, 0), with derivative 1 where x >= 0 and 0 elsewhere, like GoMLX's. It is a product, so its derivative
// is a product too; the derivative of Max takes four passes over the elements to find a sign. Its second derivative
// vanishes.
func Relu(x *graph.Node) *graph.Node {
	positive := graph.GreaterOrEqual(x, graph.ScalarZero(x.Graph(), x.DType()))
	return graph.Mul(x, graph.StopGradient(graph.ConvertDType(positive, x.DType())))
}
