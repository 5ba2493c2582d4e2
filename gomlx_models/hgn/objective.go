package hgn

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/integrate"
	"hgn.local/kernels_xla/phase"
)

// kind identifies training steps that are compiled to programs of their own.
type kind struct {
	unroll int  // frames each way from the anchor, at most
	sharp  bool // see sharpObjective
	frozen bool // the losses are evaluated only, so that GECO's weight stays as it is
}

// objective builds the loss of one batch for a kind of step. With B videos and k decoded frames a video the inputs
// are
//
//	video  [features, B, frames]  the encoder's view of the videos
//	noise  [B, Z]                 standard normal, for the reparametrised z
//	target [k·B, pixels]          the frames to reconstruct
//	index  [k·B, 1]               which state each belongs to, see stateIndex
//	beta                          weight of the KL divergence, a scalar
//	until                         how many frames each way are unrolled, at most k.unroll; nil means k.unroll
//	sense  [B, 1]                 -1 for videos shown backwards, and 1 for others; nil without friction, which alone needs it
//	constants [B, k]              the constants that are given with the videos; nil if they are inferred
//
// It returns the loss, the pixel MSE, the KL divergence in nats, the share that moments leaves unexplained (0 if its
// weight is 0) and the residual of bothWays, all scalars.
func (m *Model) objective(scope *model.Scope, video, noise, target, index, beta, until, sense, constants *Node, k kind) (loss, mse, kl, unexplained, residual *Node) {
	mean, std := m.nets.encoder(scope.At("encoder"), video)
	z := mean
	if !m.Params.Deterministic {
		z = Add(mean, Mul(std, noise))
	}
	start, place := m.nets.state(scope.At("f_psi"), z)
	start, place = m.tell(start, place, constants)
	positions, residual := m.bothWays(scope, start, k.unroll, until, sense)
	q := Gather(positions, index)
	if k.sharp {
		mse = m.sharpObjective(scope.At("decoder"), q, target)
	} else {
		mse = m.nets.pixelError(scope.At("decoder"), q, target)
	}
	switch {
	case m.Params.Deterministic:
		kl, loss = ZerosLike(mse), MulScalar(mse, m.Params.Reconstruction)
	case m.Params.Geco > 0:
		kl = gaussianKL(mean, std)
		loss = m.constrained(scope.At("geco"), mse, kl, k.frozen)
	default:
		kl = gaussianKL(mean, std)
		loss = Add(MulScalar(mse, m.Params.Reconstruction), Mul(kl, beta))
	}
	unexplained = ZerosLike(mse)
	if m.Params.Moments > 0 {
		unexplained = moments(m.latent.withConstants(m.latent.Embed(q)), target)
		off := unexplained
		if place != nil {
			off = Add(off, Add(moments(m.latent.withConstants(place), m.anchorFrames(video)), m.latent.offCircle(place)))
		}
		loss = Add(loss, MulScalar(off, m.Params.Moments))
	}
	return loss, mse, kl, unexplained, residual
}

// bothWays integrates from start with +dt and, unless the anchor is the first frame, with -dt at once. It returns all
// positions as rows, [(unroll+1)·ways·B, d], in the order of stateIndex. If until is not nil, it does at most until
// steps, and the rows behind them are zero. residual is the largest that the implicit equations of the steps are left
// with, see integrate.PathAndResidual, or nil if there are none.
func (m *Model) bothWays(scope *model.Scope, start phase.State, unroll int, until, sense *Node) (positions, residual *Node) {
	g, batch := start.Q.Graph(), start.Q.Shape().Dim(0)
	ways := m.Params.ways(m.Video)
	dt := make([]float64, ways*batch)
	for i := range dt {
		dt[i] = m.Video.Dt
		if i >= batch {
			dt[i] = -m.Video.Dt
		}
	}
	h := ConvertDType(Reshape(Const(g, dt), ways*batch, 1), start.Q.DType())
	if ways == 2 {
		start = phase.Concat(start, start)
		if sense != nil {
			sense = Concatenate([]*Node{sense, sense}, 0)
		}
	}
	path, residuals := integrate.PathAndResidual(m.integrator, m.dynamics(scope, sense), start, h, unroll, until)
	if residuals != nil {
		residual = ReduceAllMax(residuals)
	}
	return Reshape(path.Q, append([]int{-1}, start.Q.Shape().Dimensions[1:]...)...), residual
}

// ways returns the number of directions of time in which training unrolls.
func (p Params) ways(v video.Shape) int {
	if p.anchor(v) == 0 {
		return 1
	}
	return 2
}

// stateIndex returns the row of bothWays that holds video i's state, offset frames after the anchor.
func stateIndex(i, offset, batch, ways int) int {
	if offset < 0 {
		return -offset*ways*batch + batch + i
	}
	return offset*ways*batch + i
}

// gaussianKL returns KL(N(mean, std²) || N(0, 1)) in nats, summed over the components and averaged over the batch:
// Σ (mean² + std² - 1)/2 - log std.
func gaussianKL(mean, std *Node) *Node {
	twice := Sub(Add(Square(mean), Square(std)), AddScalar(MulScalar(Log(std), 2), 1))
	return MulScalar(ReduceAllMean(ReduceSum(twice, -1)), 0.5)
}
