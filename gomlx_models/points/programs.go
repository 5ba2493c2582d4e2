package points

import (
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"

	"hgn.local/gomlx_models/nets"
)

// ForwardGraph computes what Forward does, of points [n, Dim] in float64.
func (s Standardizer) ForwardGraph(x *graph.Node) *graph.Node {
	return graph.Div(graph.Sub(x, row(x, s.Mean)), row(x, s.Scale))
}

// InverseGraph computes what Inverse does, of points [n, Dim] in float64.
func (s Standardizer) InverseGraph(y *graph.Node) *graph.Node {
	return graph.Add(row(y, s.Mean), graph.Mul(row(y, s.Scale), y))
}

func row(like *graph.Node, values []float64) *graph.Node {
	return graph.Const(like.Graph(), nets.Tensor(dtypes.Float64, values, 1, len(values)))
}
