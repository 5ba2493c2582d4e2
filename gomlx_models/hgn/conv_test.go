package hgn

import (
	"math"
	"testing"

	"github.com/gomlx/gomlx/core/tensors"

	"hgn.local/gomlx_models/video"
)

// small is the paper's model on the smallest frames, with few filters.
func small() (Params, video.Shape) {
	v := video.Shape{Frames: 5, Size: 8, Dt: 0.125}
	p := Paper32()
	p.Filters, p.Batch, p.DecodedFrames, p.LearningRate = 4, 3, 5, 1e-3
	p.Latent, _ = ConvLatent(v.Size)
	return p, v
}

// The convolutional model trains in every variant: the loss stays finite and falls on a batch that comes again and again,
// a rollout can be reversed, and the same seed gives the same run.
func TestConvTrains(t *testing.T) {
	for name, vary := range map[string]func(p *Params){
		"paper":         func(*Params) {},
		"fixed beta":    func(p *Params) { p.Geco = 0 },
		"euler":         func(p *Params) { p.Integrator = "euler" },
		"deterministic": func(p *Params) { p.Deterministic = true },
		"no f_psi":      func(p *Params) { p.FPsi = false },
		"joint":         func(p *Params) { p.Hamiltonian, p.Integrator = "joint", "euler" }, // leapfrog's implicit steps are slow
		"quadratic":     func(p *Params) { p.Kinetic = "quadratic" },
	} {
		t.Run(name, func(t *testing.T) {
			p, v := small()
			vary(&p)
			l := newLearner(t, p, noise(v, 3, 1))
			if fixed := p.Geco == 0 && !p.Deterministic; fixed && !(l.beta(0) > 0) {
				t.Errorf("the KL divergence has the weight %g", l.beta(0))
			}
			var first, last float64
			for step := range 12 {
				got, err := l.Step(step)
				ok(t, err)
				if math.IsNaN(got["loss"]) || math.IsInf(got["loss"], 0) {
					t.Fatalf("step %d: loss %g", step, got["loss"])
				}
				if step == 0 {
					first = got["mse"]
				}
				last = got["mse"]
			}
			if !(last < first) {
				t.Errorf("the pixel error went from %g to %g", first, last)
			}
			start, err := l.model.InferInitial(noise(v, 3, 1))
			ok(t, err)
			there, err := l.model.Rollout(start, v.Dt, 4)
			ok(t, err)
			back, err := l.model.Rollout(there[4], -v.Dt, 4)
			ok(t, err)
			far := distance(back[4].Q, start.Q)
			if p.Integrator == "leapfrog" && !(far < 1e-5) {
				t.Errorf("there and back again leaves a relative error of %.2g", far)
			}
		})
	}
}

// The paper's presets do some steps at their full size, one frame decoded, and all weights are trained.
func TestPaperPresetsStep(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for _, c := range []struct {
		p    Params
		size int
	}{{Paper32(), 32}, {Paper(), 64}} {
		t.Run(c.p.Preset, func(t *testing.T) {
			v := video.Shape{Frames: 30, Size: c.size, Dt: 0.125}
			var err error
			c.p.Latent, err = ConvLatent(c.size)
			ok(t, err)
			c.p.Batch, c.p.DecodedFrames = 1, 1
			l := newLearner(t, c.p, noise(v, 2, 1))
			var weights [2]map[string][]float32 // after each step
			for step := range weights {
				got, err := l.Step(step)
				ok(t, err)
				if math.IsNaN(got["loss"]) || got["mse"] <= 0 || got["kl"] <= 0 {
					t.Errorf("step %d: %+v", step, got)
				}
				weights[step] = map[string][]float32{}
				for v := range l.model.store.IterVariables() {
					if v.Trainable {
						weights[step][v.Path()] = tensors.MustCopyFlatData[float32](v.MustValue())
					}
				}
			}
			still, all := 0, 0
			for path, before := range weights[0] {
				stuck := 0
				for i, w := range weights[1][path] {
					if w == before[i] {
						stuck++
					}
				}
				if still, all = still+stuck, all+len(before); stuck == len(before) {
					t.Errorf("none of the %d numbers of %s was trained", len(before), path)
				}
			}
			if float64(still) > 0.05*float64(all) { // a filter that is zero everywhere has no gradient
				t.Errorf("%d of %d weights were not trained", still, all)
			}
			t.Logf("%d parameters, of which %d did not move", all, still)
		})
	}
}

// Beta rises from 0 over the share of the steps that anneal says.
func TestAnneal(t *testing.T) {
	p := tiny()
	p.Anneal = 0.5 // of 100 steps
	l := newLearner(t, p, noise(tinyVideo, 8, 1))
	for step, want := range map[int]float64{0: 0, 25: 0.5 * p.Beta, 50: p.Beta, 99: p.Beta} {
		if got := l.beta(step); math.Abs(got-want) > 1e-12 {
			t.Errorf("step %d: beta %g, want %g", step, got, want)
		}
	}
}
