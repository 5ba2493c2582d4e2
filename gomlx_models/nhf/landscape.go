package nhf

import (
	"hgn.local/gomlx_models/points"
)

// Path returns the states along the flow: before the first and after every leapfrog step of the chain,
// Hamiltonians·LeapfrogSteps + 1 positions and as many momenta.
func (m *Model) Path(q, p points.Points) (qs, ps []points.Points, err error) {
	return m.states(m.pathExec, q, p, m.Params.Hamiltonians*m.Params.LeapfrogSteps+1)
}

// Leapfrog does one leapfrog step with Hamiltonian i, counted from 0.
func (m *Model) Leapfrog(i int, q, p points.Points) (qNext, pNext points.Points, err error) {
	if err := m.hamiltonianAt(i); err != nil {
		return qNext, pNext, err
	}
	qs, ps, err := m.states(m.stepExecs[i], q, p, 1)
	if err != nil {
		return qNext, pNext, err
	}
	return qs[0], ps[0], nil
}

// Kinetic returns K(p) of Hamiltonian i, counted from 0, in the model's own units. It does not depend on conditions.
func (m *Model) Kinetic(i int, p points.Points) ([]float64, error) {
	if err := p.Check(m.Dim()); err != nil {
		return nil, err
	}
	if p.CondDim != m.CondDim() {
		p = p.Given(make([]float64, max(1, m.CondDim())), m.CondDim())
	}
	k, _, err := m.landscape(i, p, p)
	return k, err
}

// Potential returns V(q) of Hamiltonian i, counted from 0, in the model's own units; given conditions, V(q; c).
func (m *Model) Potential(i int, q points.Points) ([]float64, error) {
	q, err := m.conditioned(q)
	if err != nil {
		return nil, err
	}
	standard, err := m.standard()
	if err != nil {
		return nil, err
	}
	q = standard.Forward(q)
	_, v, err := m.landscape(i, q, q)
	return v, err
}

func (m *Model) landscape(i int, q, p points.Points) (k, v []float64, err error) {
	if err := m.hamiltonianAt(i); err != nil {
		return nil, nil, err
	}
	out, err := m.run(m.energyExecs[i], q, p, 1, 1)
	if err != nil {
		return nil, nil, err
	}
	return out[0].X, out[1].X, nil
}

// Encode turns standard normal noise into the momenta that the encoder draws at q, in the model's own units, and
// returns the logarithm of their density f_psi(p|q).
func (m *Model) Encode(q, noise points.Points) (p points.Points, logF []float64, err error) {
	if q, err = m.checkStates(q, noise); err != nil {
		return p, nil, err
	}
	standard, err := m.standard()
	if err != nil {
		return p, nil, err
	}
	out, err := m.run(m.encodeExec, standard.Forward(q), noise, m.Dim(), 1)
	if err != nil {
		return p, nil, err
	}
	return out[0], out[1].X, nil
}
