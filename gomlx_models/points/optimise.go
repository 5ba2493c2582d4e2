package points

import (
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/train/optimizer"
)

// Minimise puts one step of Adam on loss into a training graph, with the learning rate an input, and returns the global
// norm of the gradient. Where that exceeds clip, and clip is not 0, the gradient is cut down to it, all parts by the
// same factor: one unlucky batch then moves the parameters no farther than others do. (GoMLX's own clipping cuts
// each entry of Adam's step, which bends its direction and leaves the moments that it is made of spoilt.)
func Minimise(scope *model.Scope, loss, rate *graph.Node, beta2, clip float64) (norm *graph.Node) {
	adam := optimizer.Adam().Betas(0.9, beta2).Done()
	optimizer.LearningRateVar(scope, loss.DType(), 1e-3).SetNodeValue(rate)
	gradients := scope.BuildTrainableVariablesGradientsGraph(loss)
	squares := graph.ScalarZero(loss.Graph(), loss.DType())
	for _, g := range gradients {
		squares = graph.Add(squares, graph.ReduceAllSum(graph.Square(g)))
	}
	norm = graph.Sqrt(squares)
	if clip > 0 {
		factor := graph.DivScalar(graph.MaxScalar(norm, clip), clip)
		for i, g := range gradients {
			gradients[i] = graph.Div(g, factor)
		}
	}
	adam.(interface {
		UpdateGraphWithGradients(scope *model.Scope, gradients []*graph.Node, dtype dtypes.DType)
	}).UpdateGraphWithGradients(scope, gradients, loss.DType())
	return norm
}
