package hgn

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// sharpObjective is the pixel error of an objective whose decoder learns to draw single frames instead of their
// average.
//
// The frames of the paper's data are drawn from noisy positions. A decoder that minimises the squared error of frames
// drawn at the noiseless q_t learns their mean over the noise, a blurred picture. Here the decoder is trained at q_t
// + δ instead, where δ is the displacement at which its drawing is nearest to the frame. One Gauss-Newton step for
// each coordinate finds it,
//
//	δⱼ = Σ Jⱼ·r / (Σ Jⱼ² + λ) / d,   r = frame - decoder(q_t),   J = ∂decoder/∂q at q_t,
//
// while everything before the decoder is trained as before, by the derivative -2·Jᵀr of the error of decoder(q_t). J
// is a finite difference, which costs d more drawings.
//
// Nothing ties the decoder to q_t itself meanwhile, so use this objective only at the end of a training, at a small
// learning rate: over 60% of the steps of the cpu preset the reconstruction of a mass-spring drifted away until it
// was lost, over 40% it did not in any of 17 runs.
//
// q is [n, d], target [n, pixels]; the result is the MSE of decoder(q), with those two gradients.
func (m *Model) sharpObjective(scope *model.Scope, q, target *Node) *Node {
	const h = 0.02
	d := q.Shape().Dim(-1)
	at := StopGradient(q)
	drawn := StopGradient(m.nets.draw(scope, at))
	r := Sub(target, drawn)

	var steps, slopes []*Node
	for j := range d {
		moved := StopGradient(m.nets.draw(scope, Add(at, MulScalar(unitVector(at, j, d), h))))
		jacobian := MulScalar(Sub(moved, drawn), 1/h)
		jr := ReduceAndKeep(Mul(jacobian, r), ReduceSum, -1)
		jj := ReduceAndKeep(Square(jacobian), ReduceSum, -1)
		damped := AddScalar(Add(jj, MulScalar(ReduceAllMean(jj), 0.05)), 1e-6)
		steps = append(steps, MulScalar(Div(jr, damped), 1/float64(d)))
		slopes = append(slopes, jr)
	}
	size := float64(target.Shape().Size())
	mse := MulScalar(ReduceAllSum(Square(r)), 1/size)

	// This term trains the states: its value is zero, and its derivative by q equals the MSE's.
	slope := MulScalar(Concatenate(slopes, -1), -2/size)
	forStates := ReduceAllSum(Mul(slope, Sub(q, at)))
	// This term trains the decoder; its value is zero too.
	displaced := Add(at, Concatenate(steps, -1))
	sharp := m.nets.pixelError(scope, displaced, target)
	forDecoder := Sub(sharp, StopGradient(sharp))
	return Add(mse, Add(forStates, forDecoder))
}

// unitVector returns the j-th of d unit vectors, [1, d].
func unitVector(like *Node, j, d int) *Node {
	e := make([]float64, d)
	e[j] = 1
	return ConvertDType(Reshape(Const(like.Graph(), e), 1, d), like.DType())
}
