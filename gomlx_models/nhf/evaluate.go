package nhf

import (
	"math"
	"math/rand/v2"

	"hgn.local/gomlx_models/params"
	"hgn.local/gomlx_models/points"
	"hgn.local/kernels_xla/scalar"
)

// Estimate is what k importance weights
//
//	w = π(q_0, p_0) / f_psi(p|q)    p ~ f_psi(·|q)
//
// say of the density at a point. Their expectation is p(q).
type Estimate struct {
	LogP  float64 // logarithm of their mean: below log p(q) on average, by about Error²/2
	Error float64 // its standard error, by the spread of the weights; +Inf if there is one weight only
	Bound float64 // mean of their logarithms, an estimate of the evidence lower bound
	ESS   float64 // (Σw)²/Σw², the effective number of momenta, 1 to k
}

// LogProb returns the importance-weighted estimate of log p(q) with Params.Evaluation momenta; see Estimate.
func (m *Model) LogProb(q points.Points) ([]float64, error) {
	return m.LogProbWith(q, m.Params.Evaluation)
}

// LogProbWith returns the LogP of Estimate with k momenta for each point.
func (m *Model) LogProbWith(q points.Points, k int) ([]float64, error) {
	all, err := m.Estimate(q, k)
	if err != nil {
		return nil, err
	}
	out := make([]float64, len(all))
	for i, e := range all {
		out[i] = e.LogP
	}
	return out, nil
}

// ELBO estimates the evidence lower bound of log p(q), the mean of the logarithms of k importance weights.
func (m *Model) ELBO(q points.Points, k int) ([]float64, error) {
	all, err := m.Estimate(q, k)
	if err != nil {
		return nil, err
	}
	out := make([]float64, len(all))
	for i, e := range all {
		out[i] = e.Bound
	}
	return out, nil
}

// Estimate estimates log p(q) of every point with k momenta each. The momenta of a point follow from its coordinates
// and the model's seed, so that the estimate is a function of the point; the momenta of different points are
// independent.
func (m *Model) Estimate(q points.Points, k int) ([]Estimate, error) {
	out := make([]Estimate, q.N())
	return out, m.weigh(q, k, func(i int, logW []float64) { out[i] = estimateOf(logW) })
}

// Converge estimates log p(q) with the first of k momenta for every k in ks, which rise. The result is indexed by
// point and then by k.
func (m *Model) Converge(q points.Points, ks []int) ([][]Estimate, error) {
	out := make([][]Estimate, q.N())
	if len(ks) == 0 {
		return nil, params.Errorf("say with how many momenta to estimate the density")
	}
	for i, k := range ks {
		if k < 1 || i > 0 && k <= ks[i-1] {
			return nil, params.Errorf("the numbers of momenta must rise from at least 1, these are %v", ks)
		}
	}
	return out, m.weigh(q, ks[len(ks)-1], func(i int, logW []float64) {
		for _, k := range ks {
			out[i] = append(out[i], estimateOf(logW[:k]))
		}
	})
}

// LogJoint returns log p(q, p), the density of states, whose integral over p is the density of positions. It is exact.
func (m *Model) LogJoint(q, p points.Points) ([]float64, error) {
	q, err := m.checkStates(q, p)
	if err != nil {
		return nil, err
	}
	standard, err := m.standard()
	if err != nil {
		return nil, err
	}
	out, err := m.run(m.jointExec, standard.Forward(q), p, 1)
	if err != nil {
		return nil, err
	}
	for i := range out[0].X {
		out[0].X[i] += standard.LogDet()
	}
	return out[0].X, nil
}

// estimateOf computes the Estimate of weights from their logarithms.
func estimateOf(logW []float64) Estimate {
	k := float64(len(logW))
	largest, e := math.Inf(-1), Estimate{}
	for _, l := range logW {
		largest = math.Max(largest, l)
		e.Bound += l / k
	}
	if math.IsInf(largest, -1) {
		return Estimate{LogP: largest, Bound: largest, ESS: 1}
	}
	sum, squares := 0.0, 0.0
	for _, l := range logW {
		w := scalar.Exp(l - largest)
		sum, squares = sum+w, squares+w*w
	}
	e.LogP, e.ESS, e.Error = largest+math.Log(sum/k), sum*sum/squares, math.Inf(1)
	if k > 1 { // the relative standard error of the mean weight
		e.Error = math.Sqrt(math.Max(k/e.ESS-1, 0) / (k - 1))
	}
	return e
}

// group is the number of importance weights held in memory at a time.
const group = 4 * rows

// weigh calls f with the logarithms of k importance weights of every point, in the units of the data.
func (m *Model) weigh(q points.Points, k int, f func(i int, logW []float64)) error {
	q, err := m.conditioned(q)
	if err != nil {
		return err
	}
	if k < 1 {
		return params.Errorf("a density is estimated from at least 1 momentum a point, not %d", k)
	}
	standard, err := m.standard()
	if err != nil {
		return err
	}
	size, logDet := max(1, group/k), standard.LogDet()
	for from := 0; from < q.N(); from += size {
		some := standard.Forward(q.Part(from, min(size, q.N()-from)))
		repeated, noise := points.New(some.N()*k, m.Dim()), points.New(some.N()*k, m.Dim())
		repeated.Cond, repeated.CondDim = make([]float64, repeated.N()*some.CondDim), some.CondDim
		for i := range some.N() {
			rng := m.rngAt(some.At(i))
			for j := range k {
				copy(repeated.At(i*k+j), some.At(i))
				copy(repeated.CondAt(i*k+j), some.CondAt(i))
				for c := range noise.At(i*k + j) {
					noise.At(i*k + j)[c] = rng.NormFloat64()
				}
			}
		}
		out, err := m.run(m.weightsExec, repeated, noise, 1)
		if err != nil {
			return err
		}
		for i := range some.N() {
			logW := out[0].X[i*k:][:k]
			for j := range logW {
				logW[j] += logDet
			}
			f(from+i, logW)
		}
	}
	return nil
}

// rngAt returns the random stream of a point.
func (m *Model) rngAt(x []float64) *rand.Rand {
	h := m.Params.Seed
	for _, v := range x {
		h = (h ^ math.Float64bits(v)) * 0x9e3779b97f4a7c15
		h ^= h >> 29
	}
	return rand.New(rand.NewPCG(h, m.Params.Seed))
}
