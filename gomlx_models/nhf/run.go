package nhf

import (
	"fmt"
	"slices"

	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/nets"
	"hgn.local/gomlx_models/params"
	"hgn.local/gomlx_models/points"
)

// run calls a program of two inputs [rows, d], and of the conditions of a if it has some, for all points of a and b, chunk
// by chunk. It returns the outputs put together, each with its width of numbers per point.
func (m *Model) run(exec *model.Exec, a, b points.Points, widths ...int) ([]points.Points, error) {
	n := a.N()
	out := make([]points.Points, len(widths))
	for i, width := range widths {
		out[i] = points.New(n, width)
	}
	return out, points.Chunks(n, rows, func(from, count int) error {
		in := a.Part(from, count).Inputs(m.dtype, rows)
		results, err := exec.Call(slices.Insert(in, 1, any(b.Part(from, count).Tensor(m.dtype, rows)))...)
		if err != nil {
			return fmt.Errorf("evaluating the flow: %w", err)
		}
		for i, r := range results {
			copy(out[i].Part(from, count).X, nets.Float64s(r))
		}
		return nil
	})
}

// states runs a program that maps states to states. Callers pass and get positions in the units of the data, which keep
// their conditions.
func (m *Model) states(exec *model.Exec, q, p points.Points, count int) (qs, ps []points.Points, err error) {
	if q, err = m.checkStates(q, p); err != nil {
		return nil, nil, err
	}
	standard, err := m.standard()
	if err != nil {
		return nil, nil, err
	}
	out, err := m.run(exec, standard.Forward(q), p, slices.Repeat([]int{m.Dim()}, 2*count)...)
	if err != nil {
		return nil, nil, err
	}
	for i := range count {
		at := standard.Inverse(out[2*i])
		at.Cond, at.CondDim = q.Cond, q.CondDim
		qs, ps = append(qs, at), append(ps, out[2*i+1])
	}
	return qs, ps, nil
}

// checkStates returns the positions with their conditions. It fails unless q and p are as many positions and momenta, all
// finite.
func (m *Model) checkStates(q, p points.Points) (points.Points, error) {
	if err := p.Check(m.Dim()); err != nil {
		return q, err
	}
	q, err := m.conditioned(q)
	if err == nil && q.N() != p.N() {
		err = params.Errorf("there are %d positions and %d momenta: they come in pairs", q.N(), p.N())
	}
	return q, err
}

// hamiltonianAt returns an error if there is no Hamiltonian i.
func (m *Model) hamiltonianAt(i int) error {
	if n := m.Params.Hamiltonians; i < 0 || i >= n {
		return params.Errorf("there is no Hamiltonian %d: the flow has %d of them, counted from 0", i, n)
	}
	return nil
}
