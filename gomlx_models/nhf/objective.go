package nhf

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/prior"
	"hgn.local/kernels_xla/integrate"
	"hgn.local/kernels_xla/phase"
)

// logJoint computes the logarithm of the density of states (q, p) under the flow, [n, d] each -> [n]: that of the prior
// at the state which inverse gives, and the logarithm of the determinant of refreshments.
func (m *Model) logJoint(scope *model.Scope, in integrate.Integrator, s phase.State, position, momentum prior.Prior) *Node {
	start, logDet := m.inverse(scope, in, s)
	logP := Add(position.LogProbGraph(start.Q), momentum.LogProbGraph(start.P))
	if logDet != nil {
		logP = Add(logP, logDet)
	}
	return logP
}

// logWeights computes, for points q and standard normal numbers noise [n, d], from which the encoder makes momenta p,
//
//	log p(q, p) - log f_psi(p|q)    [n]
//
// with the plain leapfrog in training and with exact in evaluation, so that the evaluated density is the sampled one.
// The mean over the noise is the ELBO. negLogF is the last term.
func (m *Model) logWeights(scope *model.Scope, in integrate.Integrator, q, noise *Node, position, momentum prior.Prior) (logW, negLogF *Node) {
	p, stretch := m.encode(scope, q, noise)
	negLogF = Sub(stretch, prior.Normal{D: m.Dim(), Scale: 1}.LogProbGraph(noise))
	return Add(m.logJoint(scope, in, phase.State{Q: q, P: p}, position, momentum), negLogF), negLogF
}

// objective returns the scalar that training minimises, minus the mean over the batch q [n, d] of
//
//	log 1/k Σ_i w_i
//
// over k momenta per point, noise [n·k, d] (Burda, Grosse and Salakhutdinov 2016). With k = 1 it is minus the ELBO.
// The second result is the mean of -log f_psi, whose expectation is the encoder's entropy.
func (m *Model) objective(scope *model.Scope, q, noise *Node) (loss, entropy *Node) {
	n, k := q.Shape().Dim(0), m.Params.Importance
	if k > 1 {
		q = repeated(q, k)
		m = m.given(repeated(m.cond, k))
	}
	logW, negLogF := m.logWeights(scope, integrate.Leapfrog, q, noise, m.position.Relaxed(), m.momentum.Relaxed())
	bound := logW
	if k > 1 {
		bound = AddScalar(prior.LogSumExp(Reshape(logW, n, k)), -math.Log(float64(k)))
	}
	return Neg(ReduceAllMean(bound)), ReduceAllMean(negLogF)
}

// repeated returns each of the rows of c, [n, d], k times, [n·k, d]; nil for nil.
func repeated(c *Node, k int) *Node {
	if c == nil {
		return nil
	}
	n, d := c.Shape().Dim(0), c.Shape().Dim(1)
	return Reshape(BroadcastToDims(ExpandDims(c, 1), n, k, d), n*k, d)
}
