package nhf

import (
	"math"
	"math/rand/v2"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/points"
	"hgn.local/gomlx_models/targets"
	"hgn.local/kernels_xla/graphtest"
	"hgn.local/kernels_xla/phase"
)

// The encoder's density of its own momenta is the one with which it drew them: the inverse of its map is exact.
func TestEncoderDensity(t *testing.T) {
	for _, dim := range []int{1, 2, 5} {
		p := tiny()
		p.Refresh, p.Encoder, p.Bins, p.RefreshHidden = splined, splined, 4, []int{5}
		m := newModel(t, p, points.Identity(dim))
		q, noise := normal(1, 50, dim), normal(2, 50, dim)
		momenta, logF, err := m.Encode(q, noise)
		ok(t, err)
		got, err := m.encoderDensity(q, momenta)
		ok(t, err)
		if off := farthest(t, got, logF); !(off < 1e-9) {
			t.Errorf("%d dimensions: log f differs by %g from that of the draw", dim, off)
		}
	}
}

// The weights of a flow's points for a normal density, whose integral is known, average to it with any flow; and a short
// training on the energy brings them nearer to each other.
func TestLearnsAnEnergy(t *testing.T) {
	const dim = 2
	ok(t, targets.Define("tilted", dim, 1.5, func(x *Node) *Node {
		return AddScalar(MulScalar(ReduceSum(Square(AddScalar(x, -0.7)), -1), 0.8), 3)
	}))
	e, err := targets.Named("tilted")
	ok(t, err)
	want := math.Log(math.Pi/0.8) - 3
	for _, refresh := range []string{noRefresh, splined} {
		p := tiny()
		p.Refresh, p.Encoder, p.RefreshHidden, p.Bins, p.Dt, p.LearningRate, p.Batch = refresh, splined, []int{5}, 4, 0.3, 1e-2, 64
		m := newModel(t, p, e.Frame)
		before := partition(t, m, e, want)
		l, err := NewTargetLearner(m, e)
		ok(t, err)
		for step := range p.Steps {
			_, err := l.Step(step)
			ok(t, err)
		}
		if after := partition(t, m, e, want); !(after.ESS > 1.2*before.ESS) || !(after.Bound > before.Bound) {
			t.Errorf("%s: the effective number of points goes from %.0f to %.0f, the bound from %.3f to %.3f", refresh, before.ESS, after.ESS, before.Bound, after.Bound)
		}
	}
}

// partition estimates log Z and fails unless it is right within its error.
func partition(t *testing.T, m *Model, e targets.Energy, want float64) Estimate {
	t.Helper()
	const n = 4096
	x, logW, err := m.SampleWeighted(e, 1, n)
	ok(t, err)
	z := Partition(logW)
	if x.N() != n || !(math.Abs(z.LogP-want) < 5*z.Error) || !(z.Error < 0.3) || !(z.Bound <= z.LogP) {
		t.Errorf("log Z is %+v, want %.4f", z, want)
	}
	return z
}

// The energies agree with their gradient's definition where that is easy to see, and a lattice's integral with weights of
// the normal density that it is.
func TestEnergies(t *testing.T) {
	for _, name := range targets.Names() {
		e, err := targets.Named(name)
		ok(t, err)
		p := tiny()
		p.Hamiltonians, p.LeapfrogSteps, p.Dt = 1, 1, 0.01
		m := newModel(t, p, e.Frame)
		ok(t, m.checkEnergy(e, e.Frame))
	}
	e, err := targets.Named("double_well")
	ok(t, err)
	exec, err := NewExec(graphtest.Backend(t), e.U)
	ok(t, err)
	out, err := exec.Call([][]float64{{1, 2}, {-2, 0}})
	ok(t, err)
	if got := out[0].Value().([]float64); math.Abs(got[0]-(0.25-3+1+2)) > 1e-12 || math.Abs(got[1]-(4-12-2)) > 1e-12 {
		t.Errorf("the double well's energies are %v", got)
	}
	// ∫ exp(-U) by uniform points in a box
	for _, name := range []string{"double_well", "muller_brown"} {
		e, err := targets.Named(name)
		ok(t, err)
		rng, n, half := rand.New(rand.NewPCG(1, 1)), 200_000, 4.5
		x := points.New(n, 2)
		for i := range x.X {
			x.X[i] = half * (2*rng.Float64() - 1)
		}
		exec, err := NewExec(graphtest.Backend(t), e.U)
		ok(t, err)
		out, err := exec.Call(x.Tensor(newModel(t, tiny(), e.Frame).dtype, n))
		ok(t, err)
		logW := out[0].Value().([]float64)
		for i := range logW {
			logW[i] = 2*math.Log(2*half) - logW[i]
		}
		if z := Partition(logW); !(math.Abs(z.LogP-e.LogZ) < 5*z.Error) || !(z.Error < 0.1) {
			t.Errorf("%s: log Z is %.4f ± %.4f, want %.4f", name, z.LogP, z.Error, e.LogZ)
		}
	}
	field, err := targets.Named("free_field")
	ok(t, err)
	if !(field.LogZ > 0.5*64*math.Log(2*math.Pi/9) && field.LogZ < 0.5*64*math.Log(2*math.Pi)) {
		t.Errorf("log Z of the free field is %.3f", field.LogZ)
	}
}

// An energy that is not finite, not one number a point, or of other points is refused in a sentence.
func TestRefusesEnergies(t *testing.T) {
	m := newModel(t, tiny(), points.Identity(2))
	for says, u := range map[string]func(x *Node) *Node{
		"must be finite":     func(x *Node) *Node { return Log(ReduceSum(MulScalar(Square(x), -1), -1)) },
		"+Inf":               func(x *Node) *Node { return Div(ReduceSum(Square(x), -1), ReduceSum(MulScalar(x, 0), -1)) },
		"one for each":       func(x *Node) *Node { return x },
		"cannot be computed": func(x *Node) *Node { return Add(x, Const(x.Graph(), []float64{1, 2, 3})) },
	} {
		ok(t, targets.Define("bad", 2, 1, u))
		e, err := targets.Named("bad")
		ok(t, err)
		_, err = NewTargetLearner(m, e)
		refused(t, err, says)
	}
	field, err := targets.Named("phi4")
	ok(t, err)
	_, err = NewTargetLearner(m, field)
	refused(t, err, "of 64 coordinates")
	for _, bad := range []error{targets.Define("Bad Name", 2, 1, field.U), targets.Define("phi4", 2, 1, field.U), targets.Define("flat", 0, 1, field.U), targets.Define("flat", 2, math.NaN(), field.U)} {
		refused(t, bad, "")
	}
	_, err = targets.Named("nosuch")
	refused(t, err, "double_well")
}

// encoderDensity returns log f_psi(p|q).
func (m *Model) encoderDensity(q, p points.Points) ([]float64, error) {
	exec, err := model.NewExec(m.backend, m.store, func(scope *model.Scope, q, p *Node) []*Node {
		return []*Node{m.logEncoder(scope, phase.State{Q: q, P: p})}
	})
	if err != nil {
		return nil, err
	}
	out, err := m.run(exec, q, p, 1)
	if err != nil {
		return nil, err
	}
	return out[0].X, nil
}
