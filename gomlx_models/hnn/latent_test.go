package hnn

import (
	"math"
	"slices"
	"strings"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/video"
)

// circular is tiny with an angle for a coordinate.
func circular() Params {
	p := tiny(Pixels)
	p.LatentDim, p.Latent = 0, "line,circle"
	return p
}

// An angle that goes past half a turn has changed by the shorter way, and a position by all that it has moved.
func TestChangesOfAngles(t *testing.T) {
	m := newModel(t, circular(), tinyVideo)
	changes := video.States{N: 4, D: 2, Q: []float32{6, 6, -6, -6, 0.1, -0.1, 3, 3}, P: make([]float32, 8)}
	got := compile(t, m.store, func(_ *model.Scope, in []*Node) []*Node { return []*Node{m.shortWay(in[0])} })(state(changes)...)
	near(t, "changes", got[0], []float64{6, 6 - 2*math.Pi, -6, 2*math.Pi - 6, 0.1, -0.1, 3, 3}, 1e-6)
}

// A whole turn of an angle changes neither the energy nor the picture; the same shift of a line's coordinate changes both.
func TestWholeTurns(t *testing.T) {
	m := newModel(t, circular(), tinyVideo)
	here := randomStates(1, 3, 2)
	for k, same := range []bool{false, true} {
		there := here.Clone()
		for i := range there.N {
			there.Q[2*i+k] += 2 * math.Pi
		}
		var energies, pictures [2][]float32
		for j, s := range []video.States{here, there} {
			kinetic, potential, err := m.Energies(s)
			ok(t, err)
			for i := range kinetic {
				energies[j] = append(energies[j], kinetic[i]+potential[i])
			}
			pictures[j], err = m.Draw(s)
			ok(t, err)
		}
		for what, x := range map[string][2][]float32{"energy": energies, "picture": pictures} {
			apart := 0.0
			for i := range x[0] {
				apart = max(apart, math.Abs(float64(x[0][i]-x[1][i])))
			}
			if (apart < 1e-4) != same {
				t.Errorf("a whole turn of coordinate %d changes the %s by %g", k, what, apart)
			}
		}
	}
}

// Refined states draw the videos better than the encoder's.
func TestRefinedStatesFitTheVideo(t *testing.T) {
	p := circular()
	m := newModel(t, p, tinyVideo)
	videos := noise(tinyVideo, 3, 1)
	fitted := func(refine int) float64 {
		m.Params.Refine = refine
		first, err := m.InferInitial(videos)
		ok(t, err)
		states, err := m.Rollout(first, tinyVideo.Dt, tinyVideo.Frames-1)
		ok(t, err)
		sum := 0.0
		for k, s := range states {
			frames, err := m.Draw(s)
			ok(t, err)
			sum += mse(frames, videos, k)
		}
		return sum
	}
	if alone, refined := fitted(0), fitted(4); !(refined < alone) {
		t.Errorf("refined states leave %g, those of the encoder alone %g", refined, alone)
	}
}

// Latents and refinement are those of the variant of small latents, and a latent that contradicts the rest is refused.
func TestLatentsThatAreRefused(t *testing.T) {
	good := circular()
	good.Refine = 3
	if err := good.Validate(tinyVideo); err != nil {
		t.Error(err)
	}
	for word, change := range map[string]func(p *Params){
		"unknown latent": func(p *Params) { p.Latent = "ring" },
		"no constants":   func(p *Params) { p.Latent = "line,constant" },
		"leave out one":  func(p *Params) { p.LatentDim = 3 },
		"refine":         func(p *Params) { p.Refine = -1 },
		"for variant":    func(p *Params) { p.Variant, p.Pool, p.Latent, p.Refine = Conv, 1, "", 2 },
	} {
		p := circular()
		change(&p)
		if err := p.Validate(tinyVideo); err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("want an error with %q, got %v", word, err)
		}
	}
	if m := newModel(t, circular(), tinyVideo); m.Latent() != 2 || !slices.Equal(m.latent.Circle, []bool{false, true}) {
		t.Errorf("the latent has %d coordinates, %v of circles", m.Latent(), m.latent.Circle)
	}
}
