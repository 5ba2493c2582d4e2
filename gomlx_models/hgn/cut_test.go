package hgn

import (
	"strings"
	"testing"

	"hgn.local/kernels_xla/graphtest"
)

// A training whose gradients are added up over parts of the batch has the losses of one on whole batches, with videos that
// are reversed and decoded at several frames, and with friction. Objectives that compare the frames of a batch are refused.
func TestAccumulate(t *testing.T) {
	for _, friction := range []string{"none", "learned"} {
		p := tiny()
		p.Friction = friction
		begin := func(parts int) func(step int) []float64 {
			l := newLearner(t, p, noise(tinyVideo, 9, 1))
			ok(t, l.Accumulate(parts))
			return func(step int) []float64 {
				x, err := l.Step(step)
				ok(t, err)
				return []float64{x["loss"], x["mse"], x["kl"]}
			}
		}
		whole, parts := begin(1), begin(4)
		for step := range 6 {
			got, want := parts(step), whole(step)
			for i, x := range want {
				graphtest.Near(t, "a loss", got[i:i+1], want[i:i+1], 1e-5*max(1, x))
			}
		}
	}
	for says, change := range map[string]func(p *Params){
		"moments=0": func(p *Params) { p.Moments = 1 },
		"sharpen=0": func(p *Params) { p.Sharpen = 0.5 },
		"geco=0":    func(p *Params) { p.Geco = 0.01 },
	} {
		p := tiny()
		change(&p)
		if err := newLearner(t, p, noise(tinyVideo, 9, 1)).Accumulate(2); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("want an error with %s, got %v", says, err)
		}
	}
}
