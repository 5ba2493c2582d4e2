package selftest

import (
	"context"
	"slices"
	"time"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/nhf"
	"hgn.local/gomlx_models/params"
	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/runs"
)

// flow is the Neural Hamiltonian Flow that is timed: two Hamiltonians of two leapfrog steps with K and V of [2,128,128,1],
// and 512 points a step.
const flow = "flow"

// Presets lists what can be timed: presets of the HGN at their own size, and the flow.
func Presets() []string { return []string{"quick", "cpu", "paper32", "paper", flow} }

// benchmark times training steps of a preset at full unroll.
func benchmark(ctx context.Context, d *device.Device, preset string) (Timing, error) {
	if preset == flow {
		p := nhf.CPU()
		p.Hamiltonians, p.LeapfrogSteps, p.EnergyHidden, p.Batch = 2, 2, []int{128, 128}, 512
		x, standard, err := cloud()
		if err != nil {
			return Timing{}, err
		}
		l, err := nhfLearner(d.Backend, p, x, standard)
		if err != nil {
			return Timing{}, err
		}
		return timed("benchmark: nhf, two Hamiltonians x two steps, [2,128,128,1]", l, 0, 30)
	}
	if !slices.Contains(Presets(), preset) {
		return Timing{}, params.Errorf("there is nothing to time called %q: choose some of %v", preset, Presets())
	}
	p, err := hgn.Preset(preset)
	if err != nil {
		return Timing{}, err
	}
	recipe := *runs.SimulatedFor("pendulum", preset).Recipe
	recipe.Trajectories = 4 * p.Batch
	set, err := recipe.Generate(ctx, nil)
	if err != nil {
		return Timing{}, err
	}
	if p.Curriculum = nil; p.Latent == "auto" {
		p.Latent = "circle"
		if p.Architecture == "conv" {
			if p.Latent, err = hgn.ConvLatent(recipe.Size); err != nil {
				return Timing{}, err
			}
		}
	}
	l, err := hgnLearner(d.Backend, p, runs.Videos(set), false)
	if err != nil {
		return Timing{}, err
	}
	steps := 20
	if d.IsGo() && p.Architecture == "conv" {
		steps = 2
	}
	return timed("benchmark: hgn "+preset, l, 0, steps)
}

// timed does steps more steps from one on.
func timed(name string, l learner, from, steps int) (Timing, error) {
	if from == 0 {
		if _, err := l.step(0); err != nil {
			return Timing{}, err
		}
		from = 1
	}
	took := make([]time.Duration, steps)
	for i := range took {
		began := time.Now()
		if _, err := l.step(from + i); err != nil {
			return Timing{}, err
		}
		took[i] = time.Since(began)
	}
	slices.Sort(took)
	return Timing{Name: name, Batch: l.batch, CompileSeconds: l.compile().Seconds(), StepSeconds: took[steps/2].Seconds(), Steps: steps}, nil
}

// products is the rate of matrix products, in 10⁹ multiplications and additions a second.
func products(b compute.Backend) (float64, error) {
	const n, repeat = 1024, 8
	exec, err := NewExec(b, func(x *Node) *Node {
		y := x
		for range repeat {
			y = MulScalar(Dot(x, y).Product(), 1.0/n)
		}
		return ReduceAllMean(y)
	})
	if err != nil {
		return 0, err
	}
	defer exec.Finalize()
	flat := make([]float32, n*n)
	for i := range flat {
		flat[i] = float32(i%7) - 3
	}
	x := tensors.FromFlatDataAndDimensions(flat, n, n)
	best := time.Duration(1 << 62)
	for i := range 3 {
		began := time.Now()
		out, err := exec.Call(x)
		if err != nil {
			return 0, err
		}
		tensors.ToScalar[float32](out[0]) // waits for the result
		if i > 0 {
			best = min(best, time.Since(began))
		}
	}
	return 2 * n * n * n * repeat / best.Seconds() / 1e9, nil
}
