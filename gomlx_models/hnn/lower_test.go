package hnn

import (
	"testing"

	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/fakepjrt"
	"hgn.local/kernels_xla/graphtest"
)

// Every preset of every variant lowers to XLA: a training step, inference as evaluation does it, rollouts either way with
// dt as an input, decoding and energies. None uses an operator that the Go backend does not have.
func TestLowering(t *testing.T) {
	for preset := range presets {
		for _, variant := range []string{Pixels, Conv, States, Baseline} {
			p := presets[preset]()
			p.Variant, p.LatentDim = variant, 1
			if variant == Conv && preset != "paper" {
				p.Pool = 1
			}
			t.Run(preset+"/"+variant, func(t *testing.T) {
				backend := fakepjrt.Open(t, 1)
				if p.OfVideos() {
					lower(t, backend, p)
				} else {
					lowerStates(t, backend, p)
				}
				backend.CheckOperators(t, graphtest.Go(t))
				// Package image uses XLA's own convolution, on XLA alone: nothing was tested otherwise.
				if n := backend.Count(t, "convolution"); (n > 0) != (variant == Conv) {
					t.Errorf("the programs hold %d convolutions", n)
				}
			})
		}
	}
}

func lower(t *testing.T, backend *fakepjrt.Backend, p Params) {
	t.Helper()
	shape := video.Shape{Frames: 30, Size: 32, Dt: 0.125}
	if p.Preset == "paper" {
		shape.Size = 64
	}
	clips := noise(shape, 2, 1)
	m, err := New(backend.Backend, p, shape, nil)
	ok(t, err)
	l, err := NewLearner(m, clips)
	ok(t, err)
	if _, err := l.Step(0); err != nil {
		t.Fatalf("a training step: %v", err)
	}
	ok(t, m.build())
	start, err := m.InferInitial(clips)
	if err != nil {
		t.Fatalf("inference: %v", err)
	}
	for _, dt := range []float64{shape.Dt, -shape.Dt / 2} {
		states, err := m.Rollout(start, dt, shape.Frames-1)
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
}

func lowerStates(t *testing.T, backend *fakepjrt.Backend, p Params) {
	t.Helper()
	const dim = 2
	m, err := NewStates(backend.Backend, p, dim)
	ok(t, err)
	start := randomStates(1, 4, dim)
	l, err := NewStatesLearner(m, Samples{States: start, Rates: randomStates(2, 4, dim)})
	ok(t, err)
	if _, err := l.Step(0); err != nil {
		t.Fatalf("a training step: %v", err)
	}
	if _, err := m.Rates(start); err != nil {
		t.Fatalf("the field: %v", err)
	}
	for _, dt := range []float64{0.1, -0.1} {
		if _, err := m.Rollout(start, dt, 20); err != nil {
			t.Fatalf("a rollout with dt = %g: %v", dt, err)
		}
	}
	if p.Variant == States {
		if _, _, err := m.Energies(start); err != nil {
			t.Fatalf("energies: %v", err)
		}
	}
}
