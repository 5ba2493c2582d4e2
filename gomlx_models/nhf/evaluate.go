package nhf

import (
	"math"
	"math/rand/v2"

	"hgn.local/gomlx_models/params"
	"hgn.local/gomlx_models/points"
)

// LogProb returns the importance-weighted estimate of log p(q) with Params.Evaluation momenta; see LogProbWith.
func (m *Model) LogProb(q points.Points) ([]float64, error) {
	return m.LogProbWith(q, m.Params.Evaluation)
}

// LogProbWith estimates log p(q) by the logarithm of the mean of k importance weights
//
//	π(q_0, p_0) / f_psi(p|q)    p ~ f_psi(·|q)
//
// whose expectation is p(q). The estimate lies below log p(q) on average, and the gap shrinks as k grows. The momenta
// of a point follow from its coordinates and the model's seed, so the estimate is a function of the point; the
// momenta of different points are independent.
func (m *Model) LogProbWith(q points.Points, k int) ([]float64, error) {
	out := make([]float64, q.N())
	return out, m.weigh(q, k, func(i int, logW []float64) {
		largest, sum := math.Inf(-1), 0.0
		for _, l := range logW {
			largest = math.Max(largest, l)
		}
		if math.IsInf(largest, -1) {
			out[i] = largest
			return
		}
		for _, l := range logW {
			sum += math.Exp(l - largest)
		}
		out[i] = largest + math.Log(sum/float64(k))
	})
}

// ELBO estimates the evidence lower bound of log p(q), the mean of the logarithms of k importance weights.
func (m *Model) ELBO(q points.Points, k int) ([]float64, error) {
	out := make([]float64, q.N())
	return out, m.weigh(q, k, func(i int, logW []float64) {
		for _, l := range logW {
			out[i] += l / float64(k)
		}
	})
}

// group is the number of importance weights held in memory at a time.
const group = 4 * rows

// weigh calls f with the logarithms of k importance weights of every point, in the units of the data.
func (m *Model) weigh(q points.Points, k int, f func(i int, logW []float64)) error {
	if err := q.Check(m.Dim()); err != nil {
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
		for i := range some.N() {
			rng := m.rngAt(some.At(i))
			for j := range k {
				copy(repeated.At(i*k+j), some.At(i))
				for c := range noise.At(i*k + j) {
					noise.At(i*k + j)[c] = rng.NormFloat64()
				}
			}
		}
		out, err := m.run(m.weightsExec, repeated, noise, 1, 1)
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
