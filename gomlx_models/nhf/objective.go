package nhf

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/prior"
	"hgn.local/kernels_xla/convops"
	"hgn.local/kernels_xla/integrate"
	"hgn.local/kernels_xla/phase"
)

// logWeights computes, for points q and standard normal numbers noise [n, d], with p = mean(q) + std(q)·noise,
//
//	log π(q_0) + log π(p_0) - log f_psi(p|q)    [n]
//
// where inverse takes (q, p) to (q_0, p_0), with the plain leapfrog in training and with exact in evaluation, so that
// the evaluated density is the sampled one. The mean over the noise is the ELBO. negLogF is the last term.
func (m *Model) logWeights(scope *model.Scope, in integrate.Integrator, q, noise *Node, position, momentum prior.Prior) (logW, negLogF *Node) {
	mean, logScale := m.encode(scope, q)
	p := Add(mean, Mul(convops.Exp(logScale), noise))
	start := m.inverse(scope, in, phase.State{Q: q, P: p})
	constant := 0.5 * math.Log(2*math.Pi) * float64(m.Dim())
	negLogF = AddScalar(ReduceSum(Add(MulScalar(Square(noise), 0.5), logScale), -1), constant)
	logPrior := Add(position.LogProbGraph(start.Q), momentum.LogProbGraph(start.P))
	return Add(logPrior, negLogF), negLogF
}

// objective returns the scalar that training minimises, minus the mean over the batch q [n, d] of
//
//	log 1/k Σ_i w_i
//
// over k momenta per point, noise [n·k, d] (Burda, Grosse and Salakhutdinov 2016). With k = 1 it is minus the ELBO.
// The second result is the mean of -log f_psi, whose expectation is the encoder's entropy.
func (m *Model) objective(scope *model.Scope, q, noise *Node) (loss, entropy *Node) {
	n, d, k := q.Shape().Dim(0), q.Shape().Dim(1), m.Params.Importance
	if k > 1 {
		q = Reshape(BroadcastToDims(ExpandDims(q, 1), n, k, d), n*k, d)
	}
	logW, negLogF := m.logWeights(scope, integrate.Leapfrog, q, noise, m.position.Relaxed(), m.momentum.Relaxed())
	bound := logW
	if k > 1 {
		bound = AddScalar(prior.LogSumExp(Reshape(logW, n, k)), -math.Log(float64(k)))
	}
	return Neg(ReduceAllMean(bound)), ReduceAllMean(negLogF)
}
