package selftest

import (
	"context"
	"strings"

	"github.com/gomlx/compute"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/hnn"
	"hgn.local/gomlx_models/nhf"
	"hgn.local/gomlx_models/nsf"
	"hgn.local/gomlx_models/params"
	"hgn.local/gomlx_models/rnvp"
	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/physics"
	"hgn.local/pkg/runs"
)

// flow names a Neural Hamiltonian Flow that is not a preset: two Hamiltonians of two leapfrog steps with K and V of
// [2,128,128,1], and 512 points per step.
const flow = "flow"

// Presets lists what can be timed, each at its own size: the HGN's presets by their names, the other models' presets
// after the model's name, the HNN's variants of states and with convolutions, and the flow.
func Presets() []string {
	return []string{"quick", "cpu", "paper32", "paper", "hnn/states", "hnn/quick", "hnn/cpu", "hnn/paper", "hnn/conv",
		"nhf/quick", "nhf/cpu", "nhf/paper", "rnvp/quick", "rnvp/cpu", "rnvp/paper", "nsf/quick", "nsf/cpu", flow}
}

// Select lists presets by their names, by their models' names, or by "all".
func Select(names []string) (presets []string, err error) {
	for _, name := range names {
		n := len(presets)
		for _, preset := range Presets() {
			model, _, other := strings.Cut(preset, "/")
			if !other && preset != flow {
				model = "hgn"
			}
			if name == preset || name == "all" || name == model || name == model+"/"+preset {
				presets = append(presets, preset)
			}
		}
		if len(presets) == n {
			return nil, params.Errorf("there is nothing to time called %q: choose some of %s; hgn, hnn, nhf, rnvp or nsf for all of a model's; or all", name, strings.Join(Presets(), ", "))
		}
	}
	return presets, nil
}

// benchmark times training steps of a preset at full unroll.
func benchmark(ctx context.Context, d *device.Device, preset string) (Timing, error) {
	name, build, steps, err := benchmarked(ctx, d, preset)
	if err != nil {
		return Timing{}, err
	}
	l, err := clock(d.Backend, build)
	if err != nil {
		return Timing{}, err
	}
	return timed("benchmark: "+name, l, d, 0, steps)
}

// benchmarked returns a function that builds a preset's learner, and the number of its steps to time.
func benchmarked(ctx context.Context, d *device.Device, preset string) (name string, build func(compute.Backend) (learner, error), steps int, err error) {
	model, variant, other := strings.Cut(preset, "/")
	name, steps = model+" "+variant, 20
	switch {
	case preset == flow:
		p := nhf.CPU()
		p.Hamiltonians, p.LeapfrogSteps, p.EnergyHidden, p.Batch, p.Importance = 2, 2, []int{128, 128}, 512, 1
		return "nhf, two Hamiltonians x two steps, [2,128,128,1]", ofPoints(p, nhfLearner), 30, nil
	case model == "nhf":
		p, err := nhf.Preset(variant)
		return name, ofPoints(p, nhfLearner), steps, err
	case model == "rnvp":
		p, err := rnvp.Preset(variant)
		return name, ofPoints(p, rnvpLearner), steps, err
	case model == "nsf":
		p, err := nsf.Preset(variant)
		return name, ofPoints(p, nsfLearner), steps, err
	}
	recipe := *runs.SimulatedFor("pendulum", preset).Recipe
	if preset == "hnn/states" {
		p := hnn.Quick()
		p.Variant = hnn.States
		recipe.Trajectories = p.Batch
		set, err := recipe.Generate(ctx, nil)
		return name, func(b compute.Backend) (learner, error) { return statesLearner(b, p, set, false) }, steps, err
	}
	if model == "hnn" {
		conv := variant == hnn.Conv
		if conv {
			variant, steps = "paper", few(d)
		}
		p, err := hnn.Preset(variant)
		if err != nil {
			return name, nil, 0, err
		}
		if conv {
			p.Variant = hnn.Conv
		} else {
			system, err := recipe.Physics()
			if err != nil {
				return name, nil, 0, err
			}
			p.LatentDim = len(physics.Coordinates(system))
		}
		recipe.Trajectories = p.Batch
		set, err := recipe.Generate(ctx, nil)
		if err != nil {
			return name, nil, 0, err
		}
		return name, func(b compute.Backend) (learner, error) { return hnnLearner(b, p, runs.Videos(set), false) }, steps, nil
	}
	p, err := hgn.Preset(preset)
	if err != nil || other {
		return name, nil, 0, err
	}
	if p.Curriculum = nil; p.Latent == "auto" {
		p.Latent = "circle"
		if p.Architecture == "conv" {
			if p.Latent, err = hgn.ConvLatent(recipe.Size); err != nil {
				return name, nil, 0, err
			}
		}
	}
	if p.Architecture == "conv" {
		steps = few(d)
	}
	recipe.Trajectories = 4 * p.Batch
	set, err := recipe.Generate(ctx, nil)
	if err != nil {
		return name, nil, 0, err
	}
	return "hgn " + preset, func(b compute.Backend) (learner, error) { return hgnLearner(b, p, runs.Videos(set), false) }, steps, nil
}

// few returns how many steps of a convolutional network to time: on a processor each takes seconds.
func few(d *device.Device) int {
	switch {
	case d.IsGo():
		return 2
	case !d.IsCUDA():
		return 5
	}
	return 20
}
