package nsf

import (
	"testing"

	"hgn.local/gomlx_models/points"
	"hgn.local/gomlx_models/prior"
	"hgn.local/kernels_xla/fakepjrt"
	"hgn.local/kernels_xla/graphtest"
)

// Every preset at its own size and every variant lowers to XLA: training steps, densities, samples and the inverse. None
// uses an operator that the Go backend does not have.
func TestLowering(t *testing.T) {
	for name, c := range lowered() {
		t.Run(name, func(t *testing.T) {
			backend := fakepjrt.Open(t, 1)
			m, err := New(backend.Backend, c.params, points.Identity(c.dim))
			ok(t, err)
			lower(t, m)
			backend.CheckOperators(t, graphtest.Go(t))
		})
	}
}

type loweredCase struct {
	params Params
	dim    int
}

// lowered are the presets, and small models of every variant.
func lowered() map[string]loweredCase {
	cases := map[string]loweredCase{}
	for name, preset := range presets {
		cases[name] = loweredCase{preset(), 2}
	}
	vary := func(name string, dim int, change func(p *Params)) {
		p := Quick()
		p.Hidden, p.Batch = []int{8}, 16
		change(&p)
		cases[name] = loweredCase{p, dim}
	}
	vary("float64", 2, func(p *Params) { p.Dtype = "float64" })
	vary("five coordinates", 5, func(p *Params) {})
	vary("one layer", 2, func(p *Params) { p.Layers = 1 })
	vary("no clipping", 2, func(p *Params) { p.ClipNorm = 0 })
	return cases
}

// lower runs every program of a model and of its training once.
func lower(t *testing.T, m *Model) {
	t.Helper()
	x := sample(prior.Normal{D: m.Dim(), Scale: 1}, 1, 4)
	l, err := NewLearner(m, x)
	ok(t, err)
	for name, run := range map[string]func() error{
		"a training step": func() error { _, err := l.Step(0); return err },
		"a gradient":      func() error { _, err := l.Gradient(0); return err },
		"log p":           func() error { _, err := m.LogProb(x); return err },
		"samples":         func() error { _, err := m.Sample(1, 4); return err },
		"the inverse":     func() error { _, err := m.Inverse(x); return err },
	} {
		if err := run(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
