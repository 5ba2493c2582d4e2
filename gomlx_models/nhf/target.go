package nhf

import (
	"math"
	"math/rand/v2"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/nets"
	"hgn.local/gomlx_models/parallel"
	"hgn.local/gomlx_models/params"
	"hgn.local/gomlx_models/points"
	"hgn.local/gomlx_models/prior"
	"hgn.local/gomlx_models/targets"
	"hgn.local/kernels_xla/integrate"
	"hgn.local/kernels_xla/phase"
)

// warming is the share of a training on an energy in which the energy takes the place of that of the flow's own frame,
// so that the flow finds all wells before barriers divide them.
const warming = 0.5

// mildest bounds the energies that training sees: beyond it they grow as a logarithm only.
const mildest = 1e4

// standardised computes the energy of standardised positions q, [n, d] -> [n].
func (m *Model) standardised(e targets.Energy, standard points.Standardizer, q *Node) *Node {
	row := func(values []float64) *Node { return Const(q.Graph(), nets.Tensor(q.DType(), values, 1, len(values))) }
	return e.U(Add(Mul(q, row(standard.Scale)), row(standard.Mean)))
}

// targetWeights takes states of the prior through the flow and computes
//
//	log w = -U(x_T) + log f_psi(p_T|x_T) - log p(x_T, p_T)
//
// the importance weights of the points x_T for exp(-U), whose mean is Z. It returns the standardised x_T as well. A
// warmth below 1 mixes the energy with that of a normal density in the flow's frame.
func (m *Model) targetWeights(scope *model.Scope, in integrate.Integrator, e targets.Energy, standard points.Standardizer, q, p, warmth *Node) (qT, logW *Node) {
	states, logDet := m.forward(scope, in, phase.State{Q: q, P: p})
	end := states[len(states)-1]
	u := m.standardised(e, standard, end.Q)
	if warmth != nil {
		top := AddScalar(ZerosLike(u), mildest)
		excess := MaxScalar(Sub(u, top), 0.0)
		u = Where(GreaterThan(u, top), Add(top, Log1p(excess)), u)
		u = Add(Mul(u, warmth), Mul(MulScalar(ReduceSum(Square(end.Q), -1), 0.5), OneMinus(warmth)))
	}
	logW = Sub(Add(m.logEncoder(scope, end), AddScalar(Neg(u), -standard.LogDet())), Add(m.position.LogProbGraph(q), m.momentum.LogProbGraph(p)))
	if logDet != nil {
		logW = Add(logW, logDet)
	}
	return end.Q, logW
}

// NewTargetLearner prepares the training of m on an energy instead of points, by the reverse divergence: it minimises
// the mean of -log w over the flow's own points, which is at least -log Z. The losses of a step are
//
//	loss      that mean, in nats; while the energy is still mixed with the frame's, of the mixture
//	gradient  the global norm of the gradient before clipping
func NewTargetLearner(m *Model, e targets.Energy) (*fit.Learner, error) {
	p := m.Params
	if err := p.Validate(m.Dim()); err != nil {
		return nil, err
	}
	if err := params.CheckBatch(p.Batch, 2*m.Dim()); err != nil {
		return nil, err
	}
	standard, err := m.standard()
	if err != nil {
		return nil, err
	}
	if err := m.checkEnergy(e, standard); err != nil {
		return nil, err
	}
	return fit.New(fit.Objective{
		Backend: m.backend, Store: m.store, DType: m.dtype,
		Seed: p.Seed, Steps: p.Steps, Batch: p.Batch,
		Adam: fit.Adam{LearningRate: p.LearningRate, WarmUp: p.WarmUp, Beta2: p.Beta2, ClipNorm: p.ClipNorm},
		Draw: func(seed uint64, step int) ([]any, error) {
			rng := rand.New(rand.NewPCG(seed, uint64(step)))
			q, momenta := m.drawPrior(rng, p.Batch)
			warmth := math.Min(1, 0.01+float64(step)/(warming*float64(p.Steps)))
			return []any{q.Tensor(m.dtype, p.Batch), momenta.Tensor(m.dtype, p.Batch), nets.Tensor(m.dtype, []float64{warmth})}, nil
		},
		Axes:  []int{0, 0, parallel.Replicated},
		Names: []string{"loss"},
		Loss: func(scope *model.Scope, in []*Node, _ any) []*Node {
			_, logW := m.targetWeights(scope, integrate.Leapfrog, e, standard, in[0], in[1], in[2])
			return []*Node{Neg(ReduceAllMean(logW))}
		},
	}), nil
}

// checkEnergy fails if the energy is of other points than the model's, or not finite where the flow begins.
func (m *Model) checkEnergy(e targets.Energy, standard points.Standardizer) error {
	if e.Dim != m.Dim() {
		return params.Errorf("the energy %s is of %d coordinates, and the model of %d", e.Name, e.Dim, m.Dim())
	}
	exec, err := NewExec(m.backend, func(q *Node) *Node { return m.standardised(e, standard, q) })
	if err != nil {
		return params.Errorf("the energy %s cannot be computed: %v", e.Name, err)
	}
	defer exec.Finalize()
	q, _ := m.drawPrior(rand.New(rand.NewPCG(1, 2)), rows)
	out, err := exec.Call(q.Tensor(m.dtype, rows))
	if err != nil {
		return params.Errorf("the energy %s cannot be computed: %v", e.Name, err)
	}
	if got := out[0].Shape(); got.Rank() != 1 || got.Dim(0) != rows {
		return params.Errorf("the energy %s gives numbers of the shape %s for %d points: it must give one for each", e.Name, got, rows)
	}
	for _, u := range nets.Float64s(out[0]) {
		if math.IsNaN(u) || math.IsInf(u, 0) {
			return params.Errorf("the energy %s is %g at a point where the flow begins: it must be finite there, so give it another reach or a bounded form", e.Name, u)
		}
	}
	return nil
}

// drawPrior draws n standardised states of the prior.
func (m *Model) drawPrior(rng *rand.Rand, n int) (q, p points.Points) {
	q, p = points.New(n, m.Dim()), points.New(n, m.Dim())
	for i := range n {
		copy(q.At(i), m.position.Sample(rng, 1))
		copy(p.At(i), m.momentum.Sample(rng, 1))
	}
	return q, p
}

// SampleWeighted draws n points of the flow and the logarithms of their importance weights for exp(-U), whose mean
// weight is Z.
func (m *Model) SampleWeighted(e targets.Energy, seed uint64, n int) (x points.Points, logW []float64, err error) {
	if n < 1 {
		return x, nil, params.Errorf("draw at least 1 sample, not %d", n)
	}
	standard, err := m.standard()
	if err != nil {
		return x, nil, err
	}
	if err := m.checkEnergy(e, standard); err != nil {
		return x, nil, err
	}
	exec, err := model.NewExec(m.backend, m.store, func(scope *model.Scope, q, p *Node) []*Node {
		qT, logW := m.targetWeights(scope, m.exact(), e, standard, q, p, nil)
		return []*Node{qT, ConvertDType(logW, dtypes.Float64)}
	})
	if err != nil {
		return x, nil, err
	}
	defer exec.Finalize()
	q, p := m.drawPrior(rand.New(rand.NewPCG(seed, 0)), n)
	out, err := m.run(exec, q, p, m.Dim(), 1)
	if err != nil {
		return x, nil, err
	}
	return standard.Inverse(out[0]), out[1].X, nil
}

// Partition estimates log Z from the weights of SampleWeighted: LogP is log Z with its standard error, Bound the mean
// of log w, and ESS the effective number of points.
func Partition(logW []float64) Estimate { return estimateOf(logW) }

// logEncoder computes log f_psi(p|q) of states.
func (m *Model) logEncoder(scope *model.Scope, s phase.State) *Node {
	noise, stretch := m.decode(scope, s.Q, s.P)
	return Sub(prior.Normal{D: m.Dim(), Scale: 1}.LogProbGraph(noise), stretch)
}
