package hgn

import (
	"maps"
	"slices"
	"testing"

	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/fakepjrt"
	"hgn.local/kernels_xla/graphtest"
	"hgn.local/kernels_xla/integrate"
	"hgn.local/kernels_xla/phase"
)

// Every preset at its own size, every variant and every loss lowers to XLA: whole training steps of each kind, inference
// as evaluation does it, rollouts either way with dt as an input, sampling and interpolation. None uses an operator that the Go backend
// does not have.
func TestLowering(t *testing.T) {
	for name, c := range lowered() {
		t.Run(name, func(t *testing.T) {
			backend := fakepjrt.Open(t, 1)
			m, err := New(backend.Backend, c.params, c.video, nil)
			ok(t, err)
			m.trajectory, err = integrate.NewTrajectory(backend.Backend, m.store, m.integrator, func(scope *model.Scope) phase.Dynamics { return m.dynamics(scope, nil) }, c.steps)
			ok(t, err)
			lower(t, m)
			backend.CheckOperators(t, graphtest.Go(t))
			// Package image uses XLA's own convolution, on XLA alone: nothing was tested otherwise.
			if n := backend.Count(t, "convolution"); (n > 0) != (c.params.Architecture == "conv") {
				t.Errorf("the programs hold %d convolutions", n)
			}
		})
	}
}

type loweredCase struct {
	params Params
	video  video.Shape
	steps  int // of a program for rollouts
}

func lowered() map[string]loweredCase {
	shape := video.Shape{Frames: 30, Size: 32, Dt: 0.125}
	cases := map[string]loweredCase{}
	for name := range presets {
		p := presets[name]()
		v := shape
		p.Latent = "circle"
		if p.Architecture == "conv" {
			if name == "paper" {
				v.Size = 64
			}
			p.Latent, _ = ConvLatent(v.Size)
		}
		cases[name] = loweredCase{p, v, trajectoryChunk}
	}
	vary := func(name, preset string, change func(p *Params)) {
		c := cases[preset]
		c.params.EnergyHidden, c.params.Batch, c.params.Filters, c.video.Frames = []int{16}, 4, min(c.params.Filters, 8), 8
		c.params.DecodedFrames = min(c.params.DecodedFrames, 8)
		c.video.Size, c.params.Refine, c.steps = 32, 0, 3
		change(&c.params)
		cases[name] = c
	}
	for _, h := range slices.Sorted(maps.Keys(hamiltonians)) {
		vary("dense, "+h, "quick", func(p *Params) { p.Hamiltonian, p.Latent = h, "circle,line*2" })
	}
	for _, k := range slices.Sorted(maps.Keys(kinetics)) {
		vary("kinetic "+k, "quick", func(p *Params) { p.Kinetic, p.Latent = k, "line*2" })
	}
	for _, in := range integrate.All() {
		vary("integrator "+in.Name(), "quick", func(p *Params) { p.Integrator = in.Name() })
		vary("joint, integrator "+in.Name(), "quick", func(p *Params) { p.Hamiltonian, p.Integrator = "joint", in.Name() })
	}
	vary("conv, joint", "paper32", func(p *Params) { p.Hamiltonian = "joint" })
	vary("conv, quadratic", "paper32", func(p *Params) { p.Kinetic = "quadratic" })
	vary("conv, deterministic", "paper32", func(p *Params) { p.Deterministic = true })
	vary("conv, no f_psi", "paper32", func(p *Params) { p.FPsi = false })
	vary("conv, fixed beta", "paper32", func(p *Params) { p.Geco, p.Beta = 0, 1 })
	vary("conv, middle", "paper32", func(p *Params) { p.Anchor = "middle" })
	vary("dense, deterministic", "quick", func(p *Params) { p.Deterministic = true })
	vary("dense, no f_psi", "quick", func(p *Params) { p.FPsi, p.Latent = false, "line*2"; p.Z = 4 })
	vary("dense, geco", "quick", func(p *Params) { p.Geco, p.Moments = 1e-3, 0 })
	vary("predict", "quick", func(p *Params) { p.FramesIn, p.Anchor = 5, "last" })
	return cases
}

// lower runs every program of a model and of its training once.
func lower(t *testing.T, m *Model) {
	t.Helper()
	p := m.Params
	clips := noise(m.Video, 2, 1)
	l, err := NewLearner(m, clips)
	ok(t, err)
	steps := map[kind]int{}
	for step := range p.Steps {
		if k := l.kind(step); steps[k] == 0 {
			steps[k] = step + 1
		}
	}
	for k, step := range steps {
		if _, err := l.Step(step - 1); err != nil {
			t.Fatalf("training step of the kind %+v: %v", k, err)
		}
	}

	start, err := m.InferInitial(clips)
	if err != nil {
		t.Fatalf("inference: %v", err)
	}
	for _, dt := range []float64{m.Video.Dt, -m.Video.Dt / 2} {
		states, err := m.Rollout(start, dt, m.Video.Frames-1)
		if err != nil {
			t.Fatalf("a rollout with dt = %g: %v", dt, err)
		}
		if _, err := m.Draw(states[len(states)-1]); err != nil {
			t.Fatalf("decoding: %v", err)
		}
	}
	if _, _, err := m.Energies(start); err != nil {
		t.Fatalf("energies: %v", err)
	}
	if !p.Deterministic {
		if _, err := m.Prior(2, 1); err != nil {
			t.Fatalf("sampling: %v", err)
		}
	}
	// Samples of the posterior, from the videos' z. Those that a stand-in computes are all zero, and have no Gaussian.
	z, err := m.latents(clips)
	if err != nil {
		t.Fatalf("the videos' z: %v", err)
	}
	if _, err := m.first(append(z, z...), 2*clips.N); err != nil {
		t.Fatalf("sampling from z: %v", err)
	}
	between, err := m.Interpolate(start.Part(0, 1), start.Part(1, 1), 5)
	if err != nil {
		t.Fatalf("interpolation: %v", err)
	}
	states, err := m.Rollout(between, m.Video.Dt, 2)
	if err != nil {
		t.Fatalf("a rollout of an interpolation: %v", err)
	}
	if _, err := m.Draw(states[2]); err != nil {
		t.Fatalf("decoding an interpolation: %v", err)
	}
}
