package hgn

import (
	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// GECO's constants: the decay of the running violation, the speed of log λ, and its bounds.
const (
	gecoDecay = 0.99
	gecoSpeed = 0.02
	gecoBound = 7 // λ in [1e-3, 1e3]
)

// constrained is the objective of GECO (Rezende and Viola 2018), the least KL divergence for which the pixel MSE is
// at most Geco = κ,
//
//	(λ·MSE + KL/n) / (1 + λ),   n the number of pixel values of a video,
//
// where λ follows the violation C = MSE/κ - 1. The plain form, λ·(MSE - κ) + KL with λ <- λ·exp(0.1·C), is brittle:
// sums over pixels make C as large as thousands at the start, and λ explodes. Three changes keep this one stable.
// Both terms are divided by n, so that they have the size of a pixel's error. C is relative to κ, averaged over about
// 100 steps, and clamped to [-1, 1] before it moves log λ, which is itself clamped; so λ changes by at most 2% a step
// and stays within [e⁻⁷, e⁷]. And the division by 1 + λ bounds the gradient for every λ.
//
// C and log λ are variables without gradients. A checkpoint holds them like any other variable. An evaluation, which is
// frozen, leaves both as they are.
func (m *Model) constrained(scope *model.Scope, mse, kl *Node, frozen bool) *Node {
	g, dtype := mse.Graph(), mse.DType()
	violation := scope.VariableWithValue("violation", float32(0)).SetTrainable(false)
	logWeight := scope.VariableWithValue("log_weight", float32(0)).SetTrainable(false)

	c := AddScalar(MulScalar(ConvertDType(StopGradient(mse), dtypes.Float32), 1/m.Params.Geco), -1)
	c = Add(MulScalar(violation.NodeValue(g), gecoDecay), MulScalar(ClipScalar(c, -1, 10), 1-gecoDecay))
	w := ClipScalar(Add(logWeight.NodeValue(g), MulScalar(ClipScalar(c, -1, 1), gecoSpeed)), -gecoBound, gecoBound)
	if !frozen {
		violation.SetNodeValue(c)
		logWeight.SetNodeValue(w)
	}

	lambda := ConvertDType(Exp(w), dtype)
	n := float64(m.Video.Frames * m.Video.Pixels())
	return MulScalar(Div(Add(Mul(lambda, mse), MulScalar(kl, 1/n)), OnePlus(lambda)), m.Params.Reconstruction)
}
