package hnn

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/nets"
	"hgn.local/gomlx_models/params"
	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/integrate"
)

// Params holds every choice made before training. The JSON keys are the keys of the command line's --set.
type Params struct {
	Preset string `json:"preset"` // where the values came from
	Seed   uint64 `json:"seed"`   // seeds the initial weights and the batches

	// Model and its data
	Variant      string `json:"variant"`       // "pixels" or "conv" learn from videos, "states" or "baseline" from states
	LatentDim    int    `json:"latent_dim"`    // "pixels": coordinates of q; 0 stands for those of the system, to be filled in before a model is made
	Latent       string `json:"latent"`        // "pixels": topology of each coordinate of q instead of latent_dim lines, as an HGN's: "circle", "line*2"; "auto" is the system's own, to be filled in likewise
	EnergyHidden []int  `json:"energy_hidden"` // widths of the hidden layers of H, or of the baseline; "conv" does not use them
	Integrator   string `json:"integrator"`    // integrator of rollouts; see package integrate

	// Autoencoder of "pixels" and "conv"
	Pool          int   `json:"pool"`           // the encoder sees frames averaged over Pool x Pool pixels
	EncoderHidden []int `json:"encoder_hidden"` // "pixels": widths from a pair of frames to (q, p)
	DecoderHidden []int `json:"decoder_hidden"` // "pixels": widths from (q, p) to a pair of frames
	Channels      int   `json:"channels"`       // "conv": channels of the maps q and p
	Filters       int   `json:"filters"`        // "conv": N, the filters of the convolutions, as in the HGN

	// Objective of "pixels" and "conv"; see the package documentation
	Autoencoder float64 `json:"autoencoder"` // weight of the pixel MSE
	HNN         float64 `json:"hnn"`         // weight of Hamilton's equations
	Canonical   float64 `json:"canonical"`   // weight of p = dq/dt

	// Inference of "pixels"
	Refine int `json:"refine"` // steps that fit the encoder's state to the whole video, as an HGN's; 0 sees the first two frames only

	// Optimisation
	Steps        int     `json:"steps"`
	Batch        int     `json:"batch"`         // videos per step, or samples of states
	Pairs        int     `json:"pairs"`         // pairs of frames from each of these videos
	LearningRate float64 `json:"learning_rate"` // Adam's peak learning rate
	Beta2        float64 `json:"beta2"`         // Adam's decay of the second moments
	WarmUp       float64 `json:"warm_up"`       // share of the steps in which the rate rises from 0; then it falls as a cosine
}

// These are the variants.
const (
	States   = "states"
	Baseline = "baseline"
	Pixels   = "pixels"
	Conv     = "conv"
)

// OfVideos tells whether the variant learns from videos (see New), rather than from states (see NewStates).
func (p Params) OfVideos() bool { return p.Variant == Pixels || p.Variant == Conv }

// Plan returns the parameters that all models have in common.
func (p Params) Plan() params.Plan {
	return params.Plan{Preset: p.Preset, Seed: p.Seed, Steps: p.Steps}
}

// Quick trains for about two minutes on two cores, as the HGN's quick preset does.
func Quick() Params {
	return Params{
		Preset: "quick", Seed: 1,
		Variant: Pixels, EnergyHidden: []int{64, 64}, Integrator: "rk4",
		Pool: 4, EncoderHidden: []int{128, 128}, DecoderHidden: []int{128, 128}, Channels: 8, Filters: 16,
		Autoencoder: 1, HNN: 0.1, Canonical: 1,
		Steps: 3000, Batch: 32, Pairs: 4, LearningRate: 1e-3, Beta2: 0.99, WarmUp: 0.02,
	}
}

// CPU is a larger model that trains for as long as the HGN's cpu preset: about six minutes on two cores.
func CPU() Params {
	p := Quick()
	p.Preset = "cpu"
	p.EnergyHidden = []int{128, 128}
	p.Pool, p.EncoderHidden, p.DecoderHidden = 2, []int{256, 256}, []int{256, 256}
	p.Steps = 2400
	return p
}

// Paper is Greydanus' PixelHNN; as the variant "conv" it has the HGN paper's networks, for frames of 64 pixels.
func Paper() Params {
	p := Quick()
	p.Preset = "paper"
	p.EnergyHidden = []int{200, 200}
	p.Pool, p.EncoderHidden, p.DecoderHidden, p.Channels, p.Filters = 1, []int{200, 200, 200}, []int{200, 200, 200}, 16, 64
	p.Steps, p.Batch, p.Pairs, p.LearningRate, p.Beta2 = 10000, 200, 1, 1e-3, 0.999
	return p
}

// Paper32 is Paper for frames of 32 pixels, as in the HGN's reproduction. The numbers are the same, because the
// networks adapt to the size of the frames.
func Paper32() Params {
	p := Paper()
	p.Preset = "paper32"
	return p
}

var presets = map[string]func() Params{"quick": Quick, "cpu": CPU, "paper32": Paper32, "paper": Paper}

// Preset returns the parameters called name.
func Preset(name string) (Params, error) {
	if f, ok := presets[name]; ok {
		return f(), nil
	}
	return Params{}, params.Errorf("unknown preset %q: choose one of %s", name, strings.Join(slices.Sorted(maps.Keys(presets)), ", "))
}

// Validate checks every value on its own and against the video to be modelled. The variants of states ignore the
// video.
func (p Params) Validate(v video.Shape) error {
	if err := p.validate(); err != nil || !p.OfVideos() {
		return err
	}
	if err := v.Validate(); err != nil {
		return err
	}
	if v.Size%p.Pool != 0 {
		return params.Errorf("frames of %d pixels cannot be averaged over pool %d: choose a divisor", v.Size, p.Pool)
	}
	if p.Variant == Pixels && p.LatentDim < 1 && p.Latent == "" {
		return params.Errorf("latent_dim must be at least 1, the number of coordinates of the system, not %d", p.LatentDim)
	}
	if p.Variant == Conv {
		return p.validateSides(v)
	}
	return nil
}

// validateSides checks that the frame is a power of two times the state's map.
func (p Params) validateSides(v video.Shape) error {
	if _, _, err := nets.ConvSides(v.Size / p.Pool); err != nil || p.Pool&(p.Pool-1) != 0 {
		return params.Errorf("variant conv needs a pool that is a power of two, and frames whose size after it is a multiple of 8, not %d pixels with pool %d", v.Size, p.Pool)
	}
	return nil
}

// validate checks what does not depend on the data.
func (p Params) validate() error {
	if err := params.AtLeastOne([]params.Count{
		{Name: "pool", Value: p.Pool}, {Name: "channels", Value: p.Channels, Most: params.MostWidth}, {Name: "filters", Value: p.Filters, Most: params.MostWidth},
		{Name: "steps", Value: p.Steps}, {Name: "batch", Value: p.Batch}, {Name: "pairs", Value: p.Pairs},
	}); err != nil {
		return err
	}
	if p.LatentDim < 0 || p.Refine < 0 {
		return params.Errorf("latent_dim and refine must not be negative, got %d and %d", p.LatentDim, p.Refine)
	}
	if err := p.validateLatent(); err != nil {
		return err
	}
	for _, c := range []struct {
		name   string
		widths []int
	}{{"energy_hidden", p.EnergyHidden}, {"encoder_hidden", p.EncoderHidden}, {"decoder_hidden", p.DecoderHidden}} {
		if err := params.Widths(c.name, c.widths); err != nil {
			return err
		}
	}
	for _, c := range []struct {
		name       string
		value      float64
		low, below float64
	}{
		{"autoencoder", p.Autoencoder, 0, 1e12}, {"hnn", p.HNN, 0, 1e12}, {"canonical", p.Canonical, 0, 1e12},
		{"learning_rate", p.LearningRate, 1e-12, 10}, {"beta2", p.Beta2, 0, 1}, {"warm_up", p.WarmUp, 0, 1},
	} {
		if !(c.value >= c.low && c.value < c.below) {
			return params.Errorf("%s must be at least %g and below %g, not %g", c.name, c.low, c.below, c.value)
		}
	}
	if known := []string{States, Baseline, Pixels, Conv}; !slices.Contains(known, p.Variant) {
		return params.Errorf("unknown variant %q: choose one of %s", p.Variant, strings.Join(known, ", "))
	}
	if _, err := integrate.ByName(p.Integrator); err != nil {
		return params.Errorf("%v", err)
	}
	return nil
}

// validateLatent checks the parameters that only "pixels" takes.
func (p Params) validateLatent() error {
	switch {
	case p.Variant != Pixels && (p.Latent != "" || p.Refine > 0):
		return params.Errorf("latent and refine are for variant %s: leave them out for %s", Pixels, p.Variant)
	case p.Latent == "" || p.Latent == AutoLatent:
		return nil
	}
	l, err := hgn.ParseLatent(p.Latent)
	if err != nil {
		return err
	}
	if l.Constants() > 0 {
		return params.Errorf("variant %s has no constants in its latent, as %s asks for: list line and circle only", Pixels, p.Latent)
	}
	if p.LatentDim > 0 && p.LatentDim != l.Dim() {
		return params.Errorf("latent=%s has %d coordinates, and latent_dim asks for %d: leave out one of them", p.Latent, l.Dim(), p.LatentDim)
	}
	return nil
}

// AutoLatent as a Latent stands for the system's own coordinates.
const AutoLatent = "auto"

// latent returns the topology of q.
func (p Params) latent() (hgn.Latent, error) {
	if p.Latent != "" {
		return hgn.ParseLatent(p.Latent)
	}
	return hgn.ParseLatent(fmt.Sprintf("line*%d", p.LatentDim))
}
