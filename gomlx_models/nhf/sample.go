package nhf

import (
	"math"
	"math/rand/v2"

	"hgn.local/gomlx_models/params"
	"hgn.local/gomlx_models/points"
)

// Sample draws n points: it draws (q_0, p_0) from the prior, flows forward, and drops the momenta.
func (m *Model) Sample(seed uint64, n int) (points.Points, error) {
	q, p, err := m.SamplePrior(seed, n)
	if err != nil {
		return points.Points{}, err
	}
	x, _, err := m.Forward(q, p)
	return x, err
}

// SamplePrior draws n states (q_0, p_0) of the prior, where the flow begins.
func (m *Model) SamplePrior(seed uint64, n int) (q, p points.Points, err error) {
	if n < 1 {
		return q, p, params.Errorf("draw at least 1 sample, not %d", n)
	}
	standard, err := m.standard()
	if err != nil {
		return q, p, err
	}
	q, p = m.drawPrior(rand.New(rand.NewPCG(seed, 0)), n)
	return standard.Inverse(q), p, nil
}

// Forward takes states of the prior to states of the data.
func (m *Model) Forward(q, p points.Points) (qT, pT points.Points, err error) {
	qs, ps, err := m.states(m.forwardExec, q, p, 1)
	if err != nil {
		return qT, pT, err
	}
	return qs[0], ps[0], nil
}

// Inverse takes states (q_T, p_T) back to (q_0, p_0).
func (m *Model) Inverse(q, p points.Points) (q0, p0 points.Points, err error) {
	qs, ps, err := m.states(m.inverseExec, q, p, 1)
	if err != nil {
		return q0, p0, err
	}
	return qs[0], ps[0], nil
}

// ReversalError returns the largest difference, over the coordinates of q and p in the model's standardised units,
// between n states of the prior and the result of Forward followed by Inverse. It measures the inverse that log p
// uses.
func (m *Model) ReversalError(seed uint64, n int) (float64, error) {
	q, p, err := m.SamplePrior(seed, n)
	if err != nil {
		return 0, err
	}
	standard, err := m.standard()
	if err != nil {
		return 0, err
	}
	if q, err = m.conditioned(q); err != nil {
		return 0, err
	}
	q = standard.Forward(q)
	there, err := m.run(m.forwardExec, q, p, m.Dim(), m.Dim())
	if err != nil {
		return 0, err
	}
	there[0].Cond, there[0].CondDim = q.Cond, q.CondDim
	back, err := m.run(m.inverseExec, there[0], there[1], m.Dim(), m.Dim())
	if err != nil {
		return 0, err
	}
	worst := 0.0
	for i := range q.X {
		worst = math.Max(worst, math.Max(math.Abs(back[0].X[i]-q.X[i]), math.Abs(back[1].X[i]-p.X[i])))
	}
	return worst, nil
}
