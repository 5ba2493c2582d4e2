package hgn

import (
	"errors"
	"math"
	"strings"
	"testing"

	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/graphtest"
)

func TestPresetsAreValid(t *testing.T) {
	for name := range presets {
		p, err := Preset(name)
		ok(t, err)
		if p.Preset != name {
			t.Errorf("preset %q calls itself %q", name, p.Preset)
		}
		for _, size := range []int{32, 64} {
			p.Latent = "circle,line"
			if p.Architecture == "conv" {
				p.Latent, err = ConvLatent(size)
				ok(t, err)
			}
			if err := p.Validate(video.Shape{Frames: 30, Size: size, Dt: 0.125}); err != nil {
				t.Errorf("preset %q at %d pixels: %v", name, size, err)
			}
		}
	}
	if _, err := Preset("huge"); err == nil || !strings.Contains(err.Error(), "cpu, quick") && !strings.Contains(err.Error(), "quick") {
		t.Errorf("an unknown preset gives the error %v, which does not list those there are", err)
	}
}

// Every bad value is refused as bad input, by the name of its parameter.
func TestValidate(t *testing.T) {
	if err := tiny().Validate(tinyVideo); err != nil {
		t.Fatalf("the good parameters are refused: %v", err)
	}
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		names string
		spoil func(p *Params, v *video.Shape)
	}{
		{"pool", func(p *Params, _ *video.Shape) { p.Pool = 0 }},
		{"pool", func(p *Params, _ *video.Shape) { p.Pool = 3 }},
		{"pool", func(p *Params, _ *video.Shape) { p.Pool = 16 }},
		{"frame_features", func(p *Params, _ *video.Shape) { p.FrameFeatures = 0 }},
		{"z", func(p *Params, _ *video.Shape) { p.Z = -1 }},
		{"decoded_frames", func(p *Params, _ *video.Shape) { p.DecodedFrames = 0 }},
		{"steps", func(p *Params, _ *video.Shape) { p.Steps = 0 }},
		{"batch", func(p *Params, _ *video.Shape) { p.Batch = 0 }},
		{"energy_hidden", func(p *Params, _ *video.Shape) { p.EnergyHidden = nil }},
		{"energy_hidden", func(p *Params, _ *video.Shape) { p.EnergyHidden = []int{4, 0} }},
		{"encoder_hidden", func(p *Params, _ *video.Shape) { p.EncoderHidden = []int{-1} }},
		{"state_hidden", func(p *Params, _ *video.Shape) { p.StateHidden = []int{0} }},
		{"decoder_hidden", func(p *Params, _ *video.Shape) { p.DecoderHidden = []int{0, 3} }},
		{"reconstruction", func(p *Params, _ *video.Shape) { p.Reconstruction = -1 }},
		{"reconstruction", func(p *Params, _ *video.Shape) { p.Reconstruction = inf }},
		{"beta", func(p *Params, _ *video.Shape) { p.Beta = nan }},
		{"reversal", func(p *Params, _ *video.Shape) { p.Reversal = 1.5 }},
		{"sharpen", func(p *Params, _ *video.Shape) { p.Sharpen = 1.5 }},
		{"sharpen", func(p *Params, _ *video.Shape) { p.Sharpen = nan }},
		{"reversal", func(p *Params, _ *video.Shape) { p.Reversal = -0.1 }},
		{"learning_rate", func(p *Params, _ *video.Shape) { p.LearningRate = 0 }},
		{"learning_rate", func(p *Params, _ *video.Shape) { p.LearningRate = nan }},
		{"beta2", func(p *Params, _ *video.Shape) { p.Beta2 = 1 }},
		{"warm_up", func(p *Params, _ *video.Shape) { p.WarmUp = 1 }},
		{"warm_up", func(p *Params, _ *video.Shape) { p.WarmUp = nan }},
		{"refine", func(p *Params, _ *video.Shape) { p.Refine = -1 }},
		{"restarts", func(p *Params, _ *video.Shape) { p.Restarts = -1 }},
		{"latent", func(p *Params, _ *video.Shape) { p.Latent = "sphere" }},
		{"latent", func(p *Params, _ *video.Shape) { p.Latent = "" }},
		{"kinetic", func(p *Params, _ *video.Shape) { p.Kinetic = "relativistic" }},
		{"integrator", func(p *Params, _ *video.Shape) { p.Integrator = "leapfog" }},
		{"friction", func(p *Params, _ *video.Shape) { p.Friction = "some" }},
		{"hamiltonian=joint", func(p *Params, _ *video.Shape) { p.Friction, p.Hamiltonian = "learned", "joint" }},
		{"kinetic=mlp", func(p *Params, _ *video.Shape) { p.Friction, p.Kinetic = "auto", "mlp" }},
		{"dynamics", func(p *Params, _ *video.Shape) { p.Dynamics = "newton" }},
		{"friction=none", func(p *Params, _ *video.Shape) { p.Dynamics, p.Integrator, p.Friction = "ode", "rk4", "learned" }},
		{"integrator=rk4", func(p *Params, _ *video.Shape) { p.Dynamics = "ode" }},
		{"integrator=euler", func(p *Params, _ *video.Shape) { p.Dynamics, p.Anchor = "recurrent", "first" }},
		{"anchor=first", func(p *Params, _ *video.Shape) { p.Dynamics, p.Integrator = "recurrent", "euler" }},
		{"curriculum", func(p *Params, _ *video.Shape) { p.Curriculum = []Stage{{0, 0.5}} }},
		{"curriculum", func(p *Params, _ *video.Shape) { p.Curriculum = []Stage{{1, 0}} }},
		{"curriculum", func(p *Params, _ *video.Shape) { p.Curriculum = []Stage{{1, 0.5}, {2, 0.5}} }},
		{"curriculum", func(p *Params, _ *video.Shape) { p.Curriculum = []Stage{{1, 0.5}, {2, 1}} }},
		{"curriculum", func(p *Params, _ *video.Shape) { p.Curriculum = []Stage{{1, nan}} }},
		{"frames", func(_ *Params, v *video.Shape) { v.Frames = 2 }},
		{"pixels", func(_ *Params, v *video.Shape) { v.Size = 1 }},
		{"dt", func(_ *Params, v *video.Shape) { v.Dt = 0 }},
		{"dt", func(_ *Params, v *video.Shape) { v.Dt = -0.1 }},
		{"dt", func(_ *Params, v *video.Shape) { v.Dt = nan }},
		{"dt", func(_ *Params, v *video.Shape) { v.Dt = inf }},
	} {
		p, v := tiny(), tinyVideo
		c.spoil(&p, &v)
		err := p.Validate(v)
		if err == nil {
			t.Errorf("accepted a bad %s: %+v on %s", c.names, p, v)
			continue
		}
		if !strings.Contains(err.Error(), c.names) {
			t.Errorf("the error %q does not name %s", err, c.names)
		}
		var bad interface{ BadInput() bool }
		if !errors.As(err, &bad) || !bad.BadInput() {
			t.Errorf("the error %q is not marked as bad input", err)
		}
		backend := graphtest.Backend(t)
		if _, err := New(backend, p, v, nil); err == nil {
			t.Errorf("New accepted a bad %s", c.names)
		}
	}
}

// The paper's presets have a weight of the KL divergence for when GECO gives it none: that of the ELBO per frame with
// pixels of the variance that GECO would reach.
func TestPaperBetaIsTheELBOs(t *testing.T) {
	for _, c := range []struct {
		p    Params
		size int
	}{{Paper(), 64}, {Paper32(), 32}} {
		want := c.p.Reconstruction * 2 * c.p.Geco / float64(video.Shape{Size: c.size}.Pixels())
		if math.Abs(c.p.Beta/want-1) > 0.02 {
			t.Errorf("preset %s: beta is %g, the ELBO's %g", c.p.Preset, c.p.Beta, want)
		}
	}
}

// What weights the KL divergence is refused where it would be without effect, and nothing is that a preset brings along.
func TestDivergenceHasOneWeight(t *testing.T) {
	for _, c := range []struct {
		preset  string
		change  func(p *Params)
		refused string // a part of the error; empty where the parameters are good
	}{
		{"quick", func(p *Params) { p.Geco = 1e-3 }, ""},
		{"quick", func(p *Params) { p.Beta, p.Anneal = 1, 0.5 }, ""},
		{"quick", func(p *Params) { p.Deterministic = true }, ""},
		{"paper", func(p *Params) { p.Deterministic = true }, ""},
		{"paper", func(p *Params) { p.Geco = 1e-3 }, ""},
		{"paper", func(p *Params) { p.Geco = 0 }, ""},
		{"paper", func(p *Params) { p.Geco, p.Beta, p.Anneal = 0, 1, 0.5 }, ""},
		{"paper", func(p *Params) { p.Beta = 1 }, "geco=0"},
		{"paper", func(p *Params) { p.Anneal = 0.5 }, "geco=0"},
		{"quick", func(p *Params) { p.Geco, p.Anneal = 1e-3, 0.5 }, "geco=0"},
		{"quick", func(p *Params) { p.Geco, p.Beta = 1e-3, 1 }, "geco=0"},
		{"quick", func(p *Params) { p.Geco, p.Deterministic = 1e-3, true }, "deterministic=false"},
		{"paper", func(p *Params) { p.Geco, p.Deterministic = 1e-3, true }, "deterministic=false"},
		{"quick", func(p *Params) { p.Beta, p.Deterministic = 1, true }, "deterministic=false"},
		{"quick", func(p *Params) { p.Anneal, p.Deterministic = 0.5, true }, "deterministic=false"},
	} {
		p, err := Preset(c.preset)
		ok(t, err)
		c.change(&p)
		v := video.Shape{Frames: 30, Size: 32, Dt: 0.125}
		if p.Latent = "circle"; p.Architecture == "conv" {
			p.Latent, err = ConvLatent(v.Size)
			ok(t, err)
		}
		switch err := p.Validate(v); {
		case c.refused == "" && err != nil:
			t.Errorf("preset %s with beta %g, anneal %g, geco %g, deterministic %t: %v", c.preset, p.Beta, p.Anneal, p.Geco, p.Deterministic, err)
		case c.refused != "" && (err == nil || !strings.Contains(err.Error(), c.refused)):
			t.Errorf("preset %s with beta %g, anneal %g, geco %g, deterministic %t gives the error %v", c.preset, p.Beta, p.Anneal, p.Geco, p.Deterministic, err)
		}
	}
}

// Gradients are cut where H is not separable, or where somebody says so; and only there do their norms cost anything.
func TestClipNorm(t *testing.T) {
	for _, c := range []struct {
		hamiltonian string
		norm, want  float64
	}{{"separable", AutoClip, 0}, {AutoHamiltonian, AutoClip, 0}, {"metric", AutoClip, implicitClip}, {"joint", AutoClip, implicitClip}, {"metric", 0, 0}, {"separable", 3, 3}} {
		p := Quick()
		p.Latent, p.Hamiltonian, p.ClipNorm = "circle", c.hamiltonian, c.norm
		ok(t, p.Validate(video.Shape{Frames: 8, Size: 16, Dt: 0.1}))
		if got := p.Clip(); got != c.want {
			t.Errorf("%s with clip_norm %g is cut to %g, want %g", c.hamiltonian, c.norm, got, c.want)
		}
		p.ClipNorm = -2
		if p.Validate(video.Shape{Frames: 8, Size: 16, Dt: 0.1}) == nil {
			t.Error("a clip_norm of -2 is taken")
		}
	}
}
