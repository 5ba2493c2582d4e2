package nhf

import (
	"testing"

	"github.com/gomlx/compute/dtypes"

	"hgn.local/gomlx_models/nets"
	"hgn.local/gomlx_models/points"
	"hgn.local/gomlx_models/points/pointstest"
	"hgn.local/kernels_xla/graphtest"
	"hgn.local/kernels_xla/program"
)

var _ points.Conditional = (*Model)(nil)

// A flow learns p(x|c): its potentials, encoder and refreshments follow the condition. Its inverse stays exact for every c.
func TestLearnsGiven(t *testing.T) {
	data, _ := pointstest.Given(1, 8000)
	p := brief()
	p.Dt, p.Encoder, p.Refresh, p.RefreshHidden, p.EnergyHidden, p.Importance = 1.5, splined, affine, []int{24}, []int{24}, 1
	p.Steps, p.Batch, p.EncoderHidden = 400, 96, []int{24}
	m, _ := learn(t, p, data, p.Steps)
	pointstest.CheckGiven(t, m, 0.08)
}

// Given a condition, V differs and K does not; the inverse undoes the chain for every condition to the last bits, and the
// programs for other programs compute what the model does.
func TestGivenConditions(t *testing.T) {
	data, _ := pointstest.Given(1, 200)
	p := tiny()
	p.Steps, p.Evaluation = 30, 8
	m, _ := learn(t, p, data, p.Steps)
	at := func(c ...float64) *Model {
		one, err := m.At(c)
		ok(t, err)
		return one.(*Model)
	}
	a, b := at(1010, 0, 1), at(990, 1, 0)
	q := points.Points{X: data.X[:20], Dim: 2}
	va, err := a.Potential(0, q)
	ok(t, err)
	vb, err := b.Potential(0, q)
	ok(t, err)
	ka, err := a.Kinetic(0, q)
	ok(t, err)
	kb, err := b.Kinetic(0, q)
	ok(t, err)
	if farthest(t, va, vb) < 1e-3 || farthest(t, ka, kb) != 0 {
		t.Errorf("V differs by %g and K by %g", farthest(t, va, vb), farthest(t, ka, kb))
	}
	back, err := at(append(data.Part(0, 50).Cond, 1, 2, 3)...).ReversalError(1, 51)
	ok(t, err)
	if !(back < 1e-9) {
		t.Errorf("there and back ends %g away", back)
	}

	all, err := m.Programs()
	ok(t, err)
	some := data.Part(0, 5)
	noise := normal(3, 5*p.Evaluation, 2)
	out, err := program.Find(all, "logp").Run(graphtest.Backend(t), m.Store(), some.Tensor(dtypes.Float64, 5), nets.Tensor(dtypes.Float64, noise.X, 5, p.Evaluation, 2), nets.Tensor(dtypes.Float64, some.Cond, 5, pointstest.CondDim))
	ok(t, err)
	want := make([]float64, 5)
	for i := range want {
		repeated := points.New(p.Evaluation, 2).Given(some.CondAt(i), pointstest.CondDim)
		for k := range p.Evaluation {
			copy(repeated.At(k), some.At(i))
		}
		momenta, logF, err := m.Encode(repeated, noise.Part(i*p.Evaluation, p.Evaluation))
		ok(t, err)
		logs, err := m.LogJoint(repeated, momenta)
		ok(t, err)
		for k := range logs {
			logs[k] -= logF[k]
		}
		want[i] = estimateOf(logs).LogP
	}
	graphtest.Near(t, "log p", nets.Float64s(out[0]), want, 1e-9)
}
