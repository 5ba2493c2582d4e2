package rnvp

import (
	"maps"
	"slices"
	"strings"

	"hgn.local/gomlx_models/bijection"
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

	bijection.Optimisation
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
		Optimisation: bijection.Optimisation{Steps: 6000, Batch: 256, LearningRate: 3e-3, Beta2: 0.99, WarmUp: 0.02, ClipNorm: 5},
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
	if err := params.AtLeastOne([]params.Count{{Name: "layers", Value: p.Layers, Most: params.MostParts}}); err != nil {
		return err
	}
	if err := params.Widths("hidden", p.Hidden); err != nil {
		return err
	}
	if err := params.OneOf("dtype", p.Dtype, "float32", "float64"); err != nil {
		return err
	}
	return p.Optimisation.Validate()
}
