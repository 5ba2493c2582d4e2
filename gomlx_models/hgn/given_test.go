package hgn

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// told is a model that is given a constant with each video.
func told() Params {
	p := tiny()
	p.Latent, p.Constant, p.Kinetic, p.Hamiltonian = "circle,constant", givenConstant, "quadratic", "separable"
	return p
}

// Constants that are given are those of the inferred states, before and after refinement, and of samples; without them
// the model refuses.
func TestGivenConstants(t *testing.T) {
	p := told()
	p.Refine = 3
	m := newModel(t, p, tinyVideo)
	v := noise(tinyVideo, 3, 1)
	_, err := m.Encode(v)
	if err == nil || !strings.Contains(err.Error(), "constant=given needs videos of which 1 constants are known") {
		t.Errorf("videos without constants: %v", err)
	}
	if _, err := NewLearner(m, v); err == nil {
		t.Error("a training without constants begins")
	}
	v.Given = []float32{-0.5, 0.25, 1}
	encoded, err := m.Encode(v)
	ok(t, err)
	refined, err := m.Infer(v)
	ok(t, err)
	for i, c := range v.Given {
		if encoded.Q[2*i+1] != c || refined.Q[2*i+1] != c {
			t.Errorf("the constant of video %d is %g, and %g after refinement, not %g", i, encoded.Q[2*i+1], refined.Q[2*i+1], c)
		}
	}
	if slices.Equal(encoded.Q, refined.Q) {
		t.Error("refinement changes nothing")
	}
	part, err := v.Part(1, 2).Load(1, 0)
	ok(t, err)
	if !slices.Equal(part.Given, []float32{1, 0.25}) {
		t.Errorf("a part of the videos has the constants %v", part.Given)
	}
	drawn, err := m.Prior(50, 1)
	ok(t, err)
	low, high := float32(1), float32(-1)
	for i := range drawn.N {
		low, high = min(low, drawn.Q[2*i+1]), max(high, drawn.Q[2*i+1])
	}
	if low < -1 || low > -0.8 || high > 1 || high < 0.8 {
		t.Errorf("sampled constants go from %g to %g", low, high)
	}
}

// A training step depends on the constants that are given, of each video its own, and lowers the loss with them.
func TestTrainingIsTold(t *testing.T) {
	loss := func(given []float32, steps int) (last float64) {
		v := noise(tinyVideo, 4, 1)
		v.Given = given
		p := told()
		p.Batch, p.WarmUp, p.LearningRate = 4, 0, 0.01
		l, err := NewLearner(newModel(t, p, tinyVideo), v)
		ok(t, err)
		for step := range steps {
			losses, err := l.Step(step)
			ok(t, err)
			last = losses["loss"]
		}
		return last
	}
	some, others, swapped := loss([]float32{-1, -0.5, 0.5, 1}, 3), loss([]float32{1, -0.5, 0.5, 1}, 3), loss([]float32{-0.5, -1, 0.5, 1}, 3)
	if some == others || some == swapped || math.IsNaN(some) {
		t.Errorf("the losses are %g, %g with another constant and %g with two exchanged", some, others, swapped)
	}
	p := told()
	p.Latent = "circle"
	if err := p.Validate(tinyVideo); err == nil || !strings.Contains(err.Error(), "constant=given needs") {
		t.Errorf("a latent without a constant: %v", err)
	}
}
