package nsf

import (
	"testing"

	"hgn.local/gomlx_models/bijection/bijectiontest"
)

// Every preset at its own size and every variant lowers to XLA.
func TestLowering(t *testing.T) {
	cases := map[string]bijectiontest.Lowered{}
	for name, preset := range presets {
		cases[name] = bijectiontest.Lowered{Flow: made(preset()), Dim: 2}
	}
	for name, c := range map[string]struct {
		dim    int
		change func(p *Params)
	}{
		"float64":          {2, func(p *Params) { p.Dtype = "float64" }},
		"five coordinates": {5, func(p *Params) {}},
		"one layer":        {2, func(p *Params) { p.Layers = 1 }},
		"no clipping":      {2, func(p *Params) { p.ClipNorm = 0 }},
	} {
		p := Quick()
		p.Hidden, p.Batch = []int{8}, 16
		c.change(&p)
		cases[name] = bijectiontest.Lowered{Flow: made(p), Dim: c.dim}
	}
	given := cases["five coordinates"]
	given.Cond = 2
	cases["given conditions"] = given
	bijectiontest.Lowers(t, cases)
}
