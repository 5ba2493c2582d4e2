package hnn

import (
	"math"
	"slices"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/convops"
	"hgn.local/kernels_xla/phase"
)

// mismatch returns how far the field of h at s is from the rates (dq/dt, dp/dt): the mean square over the batch and
// over all coordinates of both.
func mismatch(h phase.Hamiltonian, s, rates phase.State) *Node {
	dq, dp := phase.Field(h, s)
	return MulScalar(Add(meanSquare(Sub(dq, rates.Q)), meanSquare(Sub(dp, rates.P))), 0.5)
}

func meanSquare(x *Node) *Node { return ReduceAllMean(Square(x)) }

// objective builds the loss of n places in videos. The inputs are
//
//	frames [features, 3n]  the encoder's view: the frames at the n places, those after them, and those after these
//	frame  [n, pixels]     the frames at the places, to be reconstructed
//	next   [n, pixels]     the frames after them, likewise
//
// and the outputs are the loss, the pixel MSE, and the terms HNN and CC without their weights, all scalars.
func (m *Model) objective(scope *model.Scope, frames, frame, next *Node) (loss, mse, hnn, cc *Node) {
	n := frame.Shape().Dim(0)
	z := m.encoder(scope.At("encoder"), pairs(frames, 2*n))
	now := phase.State{Q: rows(z.Q, 0, n), P: rows(z.P, 0, n)}
	a, b := m.decoder(scope.At("decoder"), now)
	mse = MulScalar(Add(convops.ReconstructionMSE(a, frame), convops.ReconstructionMSE(b, next)), 0.5)

	dt := m.Video.Dt
	rates := phase.State{
		Q: DivScalar(m.shortWay(Sub(rows(z.Q, n, 2*n), now.Q)), dt),
		P: DivScalar(Sub(rows(z.P, n, 2*n), now.P), dt),
	}
	// The factor dt² turns squares of rates into squares of the change from one frame to the next.
	hnn = MulScalar(mismatch(m.hamiltonian(scope), now, rates), dt*dt)
	cc = MulScalar(meanSquare(Sub(rates.Q, now.P)), dt*dt)
	p := m.Params
	loss = Add(MulScalar(mse, p.Autoencoder), Add(MulScalar(hnn, p.HNN), MulScalar(cc, p.Canonical)))
	return loss, mse, hnn, cc
}

// shortWay takes whole turns from the changes of angles, [n, d], so that each is the shorter way around the circle.
func (m *Model) shortWay(change *Node) *Node {
	if !slices.Contains(m.latent.Circle, true) {
		return change
	}
	turn := make([]float64, m.dim)
	for i, circle := range m.latent.Circle {
		if circle {
			turn[i] = 2 * math.Pi
		}
	}
	turns := StopGradient(Round(DivScalar(change, 2*math.Pi)))
	return Sub(change, Mul(turns, ConvertDType(Const(change.Graph(), [][]float64{turn}), change.DType())))
}

func rows(x *Node, from, to int) *Node { return Slice(x, AxisRange(from, to), AxisRange()) }
