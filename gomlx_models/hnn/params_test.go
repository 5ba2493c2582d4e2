package hnn

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
		for _, variant := range []string{States, Baseline, Pixels, Conv} {
			p, err := Preset(name)
			ok(t, err)
			if p.Preset != name {
				t.Errorf("preset %q calls itself %q", name, p.Preset)
			}
			p.Variant, p.LatentDim = variant, 2
			if variant == Conv {
				p.Pool = 1
			}
			if err := p.Validate(video.Shape{Frames: 30, Size: 32, Dt: 0.125}); err != nil {
				t.Errorf("preset %q, variant %s: %v", name, variant, err)
			}
		}
	}
	if _, err := Preset("huge"); err == nil || !strings.Contains(err.Error(), "cpu, paper, paper32, quick") {
		t.Errorf("an unknown preset gives the error %v, which does not list those there are", err)
	}
}

// Every bad value is refused as bad input, by the name of its parameter.
func TestValidate(t *testing.T) {
	for _, variant := range []string{States, Baseline, Pixels, Conv} {
		if err := tiny(variant).Validate(tinyVideo); err != nil {
			t.Errorf("the good parameters of variant %s are refused: %v", variant, err)
		}
	}
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		name  string
		spoil func(p *Params, v *video.Shape)
	}{
		{"variant", func(p *Params, _ *video.Shape) { p.Variant = "pixel" }},
		{"latent_dim", func(p *Params, _ *video.Shape) { p.LatentDim = 0 }},
		{"latent_dim", func(p *Params, _ *video.Shape) { p.LatentDim = -1 }},
		{"energy_hidden", func(p *Params, _ *video.Shape) { p.EnergyHidden = nil }},
		{"encoder_hidden", func(p *Params, _ *video.Shape) { p.EncoderHidden = []int{4, 0} }},
		{"decoder_hidden", func(p *Params, _ *video.Shape) { p.DecoderHidden = []int{-1} }},
		{"integrator", func(p *Params, _ *video.Shape) { p.Integrator = "rk45" }},
		{"pool", func(p *Params, _ *video.Shape) { p.Pool = 0 }},
		{"pool", func(p *Params, _ *video.Shape) { p.Pool = 3 }},
		{"pool", func(p *Params, _ *video.Shape) { p.Variant, p.Pool = Conv, 2 }},
		{"channels", func(p *Params, _ *video.Shape) { p.Channels = 0 }},
		{"filters", func(p *Params, _ *video.Shape) { p.Filters = -3 }},
		{"autoencoder", func(p *Params, _ *video.Shape) { p.Autoencoder = -1 }},
		{"hnn", func(p *Params, _ *video.Shape) { p.HNN = inf }},
		{"canonical", func(p *Params, _ *video.Shape) { p.Canonical = nan }},
		{"steps", func(p *Params, _ *video.Shape) { p.Steps = 0 }},
		{"batch", func(p *Params, _ *video.Shape) { p.Batch = 0 }},
		{"pairs", func(p *Params, _ *video.Shape) { p.Pairs = 0 }},
		{"learning_rate", func(p *Params, _ *video.Shape) { p.LearningRate = 0 }},
		{"beta2", func(p *Params, _ *video.Shape) { p.Beta2 = 1 }},
		{"warm_up", func(p *Params, _ *video.Shape) { p.WarmUp = nan }},
		{"frames", func(_ *Params, v *video.Shape) { v.Frames = 2 }},
		{"pixels", func(_ *Params, v *video.Shape) { v.Size = 1 }},
		{"dt", func(_ *Params, v *video.Shape) { v.Dt = 0 }},
	} {
		p, v := tiny(Pixels), tinyVideo
		c.spoil(&p, &v)
		err := p.Validate(v)
		if err == nil || !strings.Contains(err.Error(), c.name) {
			t.Errorf("a bad %s gives the error %v, which does not name it", c.name, err)
			continue
		}
		var bad interface{ BadInput() bool }
		if !errors.As(err, &bad) || !bad.BadInput() {
			t.Errorf("the error %q is not marked as bad input", err)
		}
		backend := graphtest.Backend(t)
		if _, err := New(backend, p, v, nil); err == nil {
			t.Errorf("New accepted a bad %s", c.name)
		}
	}
}

// Each kind of model refuses the parameters of the other, and says what to choose.
func TestModelsOfTheOtherKind(t *testing.T) {
	backend := graphtest.Backend(t)
	if _, err := New(backend, tiny(States), tinyVideo, nil); err == nil || !strings.Contains(err.Error(), Pixels) {
		t.Errorf("New of states gives the error %v", err)
	}
	if _, err := NewStates(backend, tiny(Pixels), 1); err == nil || !strings.Contains(err.Error(), Baseline) {
		t.Errorf("NewStates of pixels gives the error %v", err)
	}
	if _, err := NewStates(backend, tiny(States), 0); err == nil {
		t.Error("a model of 0 coordinates was made")
	}
	if _, err := New(backend, tiny(Pixels), tinyVideo, make([]float32, 3)); err == nil {
		t.Error("a mean frame of 3 values was accepted")
	}
}
