package nhf

import (
	"testing"

	"github.com/gomlx/gomlx/core/tensors"

	"hgn.local/gomlx_models/nets"
	"hgn.local/kernels_xla/graphtest"
	"hgn.local/kernels_xla/program"
)

// The programs for other programs compute what the model's own methods do, in the units of the data.
func TestPrograms(t *testing.T) {
	p := tiny()
	p.Evaluation, p.LearnDt = 5, true
	m, _ := learn(t, p, sample(fourModes(t), 1, 64), 2)
	all, err := m.Programs()
	ok(t, err)
	const n = 4
	run := func(name string, inputs ...any) (flat [][]float64) {
		out, err := program.Find(all, name).Run(graphtest.Backend(t), m.Store(), inputs...)
		ok(t, err)
		for _, o := range out {
			flat = append(flat, nets.Float64s(o))
		}
		return flat
	}
	x := sample(fourModes(t), 2, n)
	standard, err := m.standard()
	ok(t, err)
	var noise []float64
	for i := range n {
		rng := m.rngAt(standard.Forward(x).At(i))
		for range p.Evaluation * x.Dim {
			noise = append(noise, rng.NormFloat64())
		}
	}
	tensor := func(values []float64, dims ...int) *tensors.Tensor { return nets.Tensor(m.dtype, values, dims...) }
	want, err := m.LogProb(x)
	ok(t, err)
	graphtest.Near(t, "log p", run("logp", tensor(x.X, n, 2), tensor(noise, n, p.Evaluation, 2))[0], want, 1e-9)

	q, mom, err := m.SamplePrior(3, n)
	ok(t, err)
	there, _, err := m.Forward(q, mom)
	ok(t, err)
	graphtest.Near(t, "x", run("forward", tensor(standard.Forward(q).X, n, 2), tensor(mom.X, n, 2))[0], there.X, 1e-9)

	out := run("energy_1", tensor(q.X, n, 2), tensor(mom.X, n, 2))
	next, err := m.run(m.stepExecs[1], q, mom, 2, 2)
	ok(t, err)
	step := run("step_1", tensor(q.X, n, 2), tensor(mom.X, n, 2), out[2][0])
	graphtest.Near(t, "q_next", step[0], next[0].X, 1e-9)
	graphtest.Near(t, "p_next", step[1], next[1].X, 1e-9)
	energies, err := m.run(m.energyExecs[1], q, mom, 1, 1)
	ok(t, err)
	graphtest.Near(t, "kinetic", out[0], energies[0].X, 1e-9)
	graphtest.Near(t, "potential", out[1], energies[1].X, 1e-9)
}
