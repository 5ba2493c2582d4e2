package nhf

import (
	"errors"
	"math"
	"strings"
	"testing"

	"hgn.local/gomlx_models/points"
	"hgn.local/kernels_xla/graphtest"
)

var _ points.Model = (*Model)(nil)

func TestPresetsAreValid(t *testing.T) {
	for name := range presets {
		p, err := Preset(name)
		ok(t, err)
		if p.Preset != name || p.Plan().Steps != p.Steps {
			t.Errorf("preset %q calls itself %q", name, p.Preset)
		}
		for _, dim := range []int{1, 2, 8} {
			ok(t, p.Validate(dim))
		}
	}
	_, err := Preset("huge")
	refused(t, err, "cpu, paper, quick, sharp")
}

// Every bad value is refused as bad input, by the name of its parameter.
func TestValidate(t *testing.T) {
	backend := graphtest.Backend(t)
	for _, c := range []struct {
		says  string
		spoil func(p *Params)
	}{
		{"hamiltonians", func(p *Params) { p.Hamiltonians = 0 }}, {"leapfrog_steps", func(p *Params) { p.LeapfrogSteps = -1 }},
		{"importance", func(p *Params) { p.Importance = 0 }}, {"evaluation", func(p *Params) { p.Evaluation = 0 }},
		{"steps", func(p *Params) { p.Steps = 0 }}, {"batch", func(p *Params) { p.Batch = 0 }},
		{"energy_hidden", func(p *Params) { p.EnergyHidden = nil }}, {"encoder_hidden", func(p *Params) { p.EncoderHidden = []int{0} }},
		{"dt", func(p *Params) { p.Dt = -0.1 }}, {"dt", func(p *Params) { p.Dt = math.NaN() }},
		{"learning_rate", func(p *Params) { p.LearningRate = 0 }}, {"beta2", func(p *Params) { p.Beta2 = 1 }},
		{"warm_up", func(p *Params) { p.WarmUp = 1 }}, {"spring", func(p *Params) { p.Spring = -1 }}, {"clip_norm", func(p *Params) { p.ClipNorm = math.Inf(1) }},
		{"dtype", func(p *Params) { p.Dtype = "float16" }}, {"kinetic", func(p *Params) { p.Kinetic = "free" }},
		{"activation", func(p *Params) { p.Activation = "relu" }},
		{"unknown prior", func(p *Params) { p.Prior = "gauss" }}, {"scale", func(p *Params) { p.MomentumPrior = "normal:scale=-1" }},
	} {
		p := tiny()
		c.spoil(&p)
		_, err := New(backend, p, points.Identity(2))
		refused(t, err, c.says)
	}
	_, err := New(backend, tiny(), points.Standardizer{})
	refused(t, err, "standardisation")
	_, err = New(backend, tiny(), points.Standardizer{Mean: []float64{0}, Scale: []float64{-1}})
	refused(t, err, "positive")
}

// What a model is asked with is checked.
func TestRefuses(t *testing.T) {
	m := newModel(t, tiny(), points.Identity(2))
	good, nan := normal(1, 5, 2), normal(1, 5, 2)
	nan.X[3] = math.NaN()
	_, err := m.LogProb(normal(1, 5, 3))
	refused(t, err, "3 coordinates")
	_, err = m.LogProb(nan)
	refused(t, err, "NaN")
	_, err = m.LogProbWith(good, 0)
	refused(t, err, "at least 1 momentum")
	_, err = m.ELBO(points.New(0, 2), 1)
	refused(t, err, "no points")
	_, err = m.Sample(1, 0)
	refused(t, err, "at least 1")
	_, _, err = m.Forward(good, good.Part(0, 3))
	refused(t, err, "pairs")
	_, _, err = m.Inverse(good, nan)
	refused(t, err, "NaN")
	_, err = m.Kinetic(2, good)
	refused(t, err, "no Hamiltonian 2")
	_, err = m.Potential(-1, good)
	refused(t, err, "no Hamiltonian -1")
	_, err = m.Potential(0, nan)
	refused(t, err, "NaN")
	_, _, err = m.Encode(normal(1, 5, 1), good)
	refused(t, err, "1 coordinates")
	_, _, err = m.Encode(good, good.Part(0, 1))
	refused(t, err, "pairs")
	for _, data := range []points.Points{nan, points.New(10, 2), points.New(0, 2), normal(1, 9, 3), good.Part(0, 1)} {
		_, err = NewLearner(m, data)
		refused(t, err, "")
	}
}

func refused(t *testing.T, err error, says string) {
	t.Helper()
	var bad interface{ BadInput() bool }
	if err == nil || !strings.Contains(err.Error(), says) || !errors.As(err, &bad) {
		t.Errorf("the error is %v, which does not say %q", err, says)
	}
}

// Check fails for an empty store and for another model's, and not for its own; the standardisation comes with the
// store.
func TestCheck(t *testing.T) {
	standard := points.Standardizer{Mean: []float64{3, 4}, Scale: []float64{2, 5}}
	for name, p := range variants() {
		m := newModel(t, p, standard)
		if m.Check() == nil {
			t.Errorf("%s: an empty store passes", name)
		}
		ok(t, m.Check())
		loaded := newModel(t, p, points.Identity(2))
		for v := range m.Store().IterVariables() {
			_, err := v.CloneToStore(loaded.Store())
			ok(t, err)
		}
		ok(t, loaded.Check())
		q := normal(1, 4, 2)
		a, err := m.LogProb(q)
		ok(t, err)
		b, err := loaded.LogProb(q)
		ok(t, err)
		if farthest(t, a, b) > 0 || m.Parameters() != loaded.Parameters() {
			t.Errorf("%s: a loaded model gives %v instead of %v", name, b, a)
		}
		p.EnergyHidden = []int{11}
		other := newModel(t, p, standard)
		for v := range m.Store().IterVariables() {
			_, err := v.CloneToStore(other.Store())
			ok(t, err)
		}
		if other.Check() == nil {
			t.Errorf("%s: the variables of another model pass", name)
		}
	}
}

// A shared Hamiltonian has the parameters of one; a fixed kinetic energy has one mass a coordinate instead of a network.
func TestParameters(t *testing.T) {
	count := func(change func(p *Params)) int {
		p := tiny()
		p.LearnDt = false
		change(&p)
		m := newModel(t, p, points.Identity(2))
		ok(t, m.build())
		return m.Parameters()
	}
	energy := 7*3 + 6*8 + 6
	encoder := 8*3 + 2*2*9
	for _, c := range []struct {
		got, want int
	}{
		{count(func(p *Params) {}), encoder + 4*energy},
		{count(func(p *Params) { p.Hamiltonians, p.Shared = 5, true }), encoder + 2*energy},
		{count(func(p *Params) { p.Kinetic = "fixed" }), encoder + 2*energy + 2*2},
		{count(func(p *Params) { p.LearnDt = true }), encoder + 4*energy + 2},
	} {
		if c.got != c.want {
			t.Errorf("%d parameters, want %d", c.got, c.want)
		}
	}
}
