package fit

import (
	"math"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/train/optimizer"
)

// Adam configures the optimiser (Kingma and Ba 2015) and its learning-rate schedule. The first moment decays by 0.9 a
// step.
type Adam struct {
	LearningRate float64 // the peak learning rate
	WarmUp       float64 // the share of the steps in which the rate rises linearly to the peak
	Constant     bool    // the rate stays at the peak; otherwise it falls along half a cosine to 0.5% of it
	Beta2        float64 // decay of the second moment
	ClipNorm     float64 // gradients with a larger global norm are scaled down to this norm; 0 sets no limit
}

// Rate returns the learning rate of a step, counted from 0, in a training of the given number of steps.
func (a Adam) Rate(step, steps int) float64 {
	done := float64(step) / float64(steps)
	rate := a.LearningRate
	if !a.Constant {
		rate *= 0.5*(1+math.Cos(math.Pi*math.Min(done, 1))) + 0.005
	}
	if done < a.WarmUp {
		rate *= (done + 1/float64(steps)) / a.WarmUp
	}
	return rate
}

// update adds one step of Adam on loss to a training graph; the learning rate is an input. It returns the global norm
// of the gradient before clipping.
func (a Adam) update(scope *model.Scope, loss, rate *Node) (norm *Node) {
	return a.apply(scope, scope.BuildTrainableVariablesGradientsGraph(loss), rate)
}

// apply adds one step of Adam to a training graph, given the gradients of the trainable variables that the graph uses. It
// returns the global norm of the gradient before clipping. A gradient that is too long is scaled down as a
// whole, so that an unlucky batch moves the parameters no farther than others do. GoMLX's own clipping cuts each entry of
// Adam's update instead, which changes the direction and does not protect the estimates of the moments.
func (a Adam) apply(scope *model.Scope, gradients []*Node, rate *Node) (norm *Node) {
	adam := optimizer.Adam().LearningRate(a.LearningRate).Betas(0.9, a.Beta2).Done()
	optimizer.LearningRateVar(scope, rate.DType(), a.LearningRate).SetNodeValue(rate)
	squares := ScalarZero(rate.Graph(), rate.DType())
	for _, g := range gradients {
		squares = Add(squares, ReduceAllSum(Square(g)))
	}
	norm = Sqrt(squares)
	if a.ClipNorm > 0 {
		factor := DivScalar(MaxScalar(norm, a.ClipNorm), a.ClipNorm)
		for i, g := range gradients {
			gradients[i] = Div(g, factor)
		}
	}
	adam.(interface {
		UpdateGraphWithGradients(scope *model.Scope, gradients []*Node, dtype dtypes.DType)
	}).UpdateGraphWithGradients(scope, gradients, rate.DType())
	return norm
}
