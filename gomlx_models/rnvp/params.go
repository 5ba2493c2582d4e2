package rnvp

import (
	"maps"
	"math"
	"slices"
	"strings"

	"hgn.local/gomlx_models/params"
)

// Params holds every choice made before training. The JSON keys are the keys of the command line's --set.
type Params struct {
	Preset string `json:"preset"` // where the values came from
	Seed   uint64 `json:"seed"`   // seeds the initial weights and the batches
	Dtype  string `json:"dtype"`  // "float32" or "float64"

	// Flow
	Layers int   `json:"layers"` // coupling layers, whose masks alternate
	Hidden []int `json:"hidden"` // widths of the hidden layers of each layer's scale and translation networks

	// Optimisation
	Steps        int     `json:"steps"`
	Batch        int     `json:"batch"`         // points per step
	LearningRate float64 `json:"learning_rate"` // Adam's peak learning rate
	Beta2        float64 `json:"beta2"`         // Adam's decay of the second moments
	WarmUp       float64 `json:"warm_up"`       // share of the steps in which the rate rises from 0; then it falls as a cosine
	ClipNorm     float64 `json:"clip_norm"`     // the largest global norm of a gradient; longer ones are scaled down to it, 0 sets no limit
}

// Plan returns the parameters that all models have in common.
func (p Params) Plan() params.Plan {
	return params.Plan{Preset: p.Preset, Seed: p.Seed, Steps: p.Steps}
}

// Quick trains for about two minutes on two cores.
func Quick() Params {
	return Params{
		Preset: "quick", Seed: 1, Dtype: "float32",
		Layers: 3, Hidden: []int{64, 64},
		Steps: 6000, Batch: 256, LearningRate: 3e-3, Beta2: 0.99, WarmUp: 0.02, ClipNorm: 5,
	}
}

// CPU is a larger model that trains for longer.
func CPU() Params {
	p := Quick()
	p.Preset = "cpu"
	p.Hidden = []int{128, 128}
	p.Steps, p.Batch, p.LearningRate = 8000, 512, 2e-3
	return p
}

// Paper has networks as wide as those of the paper preset of the Neural Hamiltonian Flow, and the same training.
func Paper() Params {
	p := Quick()
	p.Preset = "paper"
	p.Hidden = []int{128, 128}
	p.Steps, p.Batch, p.LearningRate, p.Beta2 = 20000, 512, 3e-4, 0.999
	return p
}

var presets = map[string]func() Params{"quick": Quick, "cpu": CPU, "paper": Paper}

// Preset returns the parameters called name.
func Preset(name string) (Params, error) {
	if f, ok := presets[name]; ok {
		return f(), nil
	}
	return Params{}, params.Errorf("unknown preset %q: choose one of %s", name, strings.Join(slices.Sorted(maps.Keys(presets)), ", "))
}

// Validate checks every value on its own and against the dimension of the points.
func (p Params) Validate(dim int) error {
	if dim < 2 {
		return params.Errorf("a coupling layer changes some coordinates by the others, so RNVP needs points of at least 2 coordinates, not %d", dim)
	}
	for _, c := range []struct {
		name  string
		value int
	}{{"layers", p.Layers}, {"steps", p.Steps}, {"batch", p.Batch}} {
		if c.value < 1 {
			return params.Errorf("%s must be at least 1, not %d", c.name, c.value)
		}
	}
	if len(p.Hidden) == 0 || slices.ContainsFunc(p.Hidden, func(w int) bool { return w < 1 }) {
		return params.Errorf("hidden must hold at least one width, and widths of at least 1, not %v", p.Hidden)
	}
	for _, c := range []struct {
		name       string
		value      float64
		low, below float64
	}{
		{"learning_rate", p.LearningRate, 1e-12, 10}, {"beta2", p.Beta2, 0, 1}, {"warm_up", p.WarmUp, 0, 1}, {"clip_norm", p.ClipNorm, 0, math.Inf(1)},
	} {
		if !(c.value >= c.low && c.value < c.below) {
			return params.Errorf("%s must be at least %g and below %g, not %g", c.name, c.low, c.below, c.value)
		}
	}
	if known := []string{"float32", "float64"}; !slices.Contains(known, p.Dtype) {
		return params.Errorf("dtype cannot be %q: choose one of %s", p.Dtype, strings.Join(known, ", "))
	}
	return nil
}
