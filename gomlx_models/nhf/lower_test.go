package nhf

import (
	"testing"

	"hgn.local/gomlx_models/points"
	"hgn.local/gomlx_models/prior"
	"hgn.local/kernels_xla/fakepjrt"
	"hgn.local/kernels_xla/graphtest"
)

// Every preset at its own size and every variant lowers to XLA: training steps, densities, samples, the way of states
// through the flow and what is plotted of its Hamiltonians. None uses an operator that the Go backend does not have.
func TestLowering(t *testing.T) {
	for name, p := range lowered() {
		t.Run(name, func(t *testing.T) {
			backend := fakepjrt.Open(t, 1)
			m, err := New(backend.Backend, p, points.Identity(2))
			ok(t, err)
			lower(t, m, normal(1, 4, 2))
			backend.CheckOperators(t, graphtest.Go(t))
		})
	}
	t.Run("given conditions", func(t *testing.T) {
		backend, p := fakepjrt.Open(t, 1), lowered()["spline refreshments"]
		q := normal(1, 4, 2).Given(normal(3, 4, 3).X, 3)
		standard, err := points.Standardise(q)
		ok(t, err)
		p.Encoder = splined
		m, err := New(backend.Backend, p, standard)
		ok(t, err)
		lower(t, m, q)
		backend.CheckOperators(t, graphtest.Go(t))
	})
}

// lowered are the presets, and small models of every variant.
func lowered() map[string]Params {
	cases := map[string]Params{}
	for name, preset := range presets {
		cases[name] = preset()
	}
	vary := func(name string, change func(p *Params)) {
		p := Quick()
		p.EnergyHidden, p.EncoderHidden, p.Batch = []int{8}, []int{8}, 16
		change(&p)
		cases[name] = p
	}
	for _, activation := range []string{"squareplus", "softplus", "tanh"} {
		for _, kinetic := range []string{"mlp", "fixed"} {
			for _, dtype := range []string{"float32", "float64"} {
				vary(activation+", "+kinetic+", "+dtype, func(p *Params) { p.Activation, p.Kinetic, p.Dtype = activation, kinetic, dtype })
			}
		}
	}
	for _, name := range prior.Names() {
		vary("prior "+name, func(p *Params) { p.Prior = name })
		vary("momentum prior "+name, func(p *Params) { p.MomentumPrior = name })
	}
	vary("shared", func(p *Params) { p.Shared = true })
	vary("fixed dt", func(p *Params) { p.LearnDt = false })
	vary("importance", func(p *Params) { p.Importance = 5 })
	vary("no clipping", func(p *Params) { p.ClipNorm = 0 })
	for _, refresh := range []string{affine, splined} {
		vary(refresh+" refreshments", func(p *Params) { p.Refresh, p.RefreshHidden = refresh, []int{8} })
	}
	vary("spline encoder", func(p *Params) { p.Encoder = splined })
	vary("long", func(p *Params) { p.Hamiltonians, p.LeapfrogSteps = 5, 3 })
	return cases
}

// lower runs every program of a model and of its training on points q once.
func lower(t *testing.T, m *Model, q points.Points) {
	t.Helper()
	p := normal(2, 4, 2)
	l, err := NewLearner(m, q)
	ok(t, err)
	for name, run := range map[string]func() error{
		"a training step": func() error { _, err := l.Step(0); return err },
		"a gradient":      func() error { _, err := l.Gradient(0); return err },
		"log p":           func() error { _, err := m.LogProb(q); return err },
		"samples":         func() error { _, _, err := m.Forward(q, p); return err },
		"the inverse":     func() error { _, _, err := m.Inverse(q, p); return err },
		"a path":          func() error { _, _, err := m.Path(q, p); return err },
		"a leapfrog step": func() error { _, _, err := m.Leapfrog(m.Params.Hamiltonians-1, q, p); return err },
		"K":               func() error { _, err := m.Kinetic(0, p); return err },
		"V":               func() error { _, err := m.Potential(0, q); return err },
		"the encoder":     func() error { _, _, err := m.Encode(q, p); return err },
	} {
		if err := run(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
