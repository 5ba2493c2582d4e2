package hgn

import (
	"math"
	"slices"
	"testing"

	"hgn.local/gomlx_models/video"
)

// Samples depend on the seed alone, whatever their number, and are not all alike.
func TestPriorDependsOnTheSeed(t *testing.T) {
	m := newModel(t, tiny(), tinyVideo)
	few, err := m.Prior(3, 1)
	ok(t, err)
	many, err := m.Prior(inferChunk+3, 1)
	ok(t, err)
	// A backend may round a program for more states otherwise.
	near := func(a, b float32) bool { return math.Abs(float64(a-b)) <= 1e-5 }
	if !slices.EqualFunc(few.Q, many.Q[:len(few.Q)], near) || !slices.EqualFunc(few.P, many.P[:len(few.P)], near) {
		t.Error("the first samples depend on how many there are")
	}
	other, err := m.Prior(3, 2)
	ok(t, err)
	if slices.Equal(few.Q, other.Q) || slices.Equal(few.Q[:few.D], few.Q[few.D:2*few.D]) {
		t.Error("different samples are equal")
	}
	p := tiny()
	p.Deterministic = true
	if _, err := newModel(t, p, tinyVideo).Prior(1, 1); err == nil {
		t.Error("a deterministic model was sampled")
	}
}

// The z behind posterior samples have the mean and the covariance of the videos' z.
func TestPosteriorHasTheVideosSpread(t *testing.T) {
	p := tiny()
	p.FPsi, p.Anchor, p.Latent = false, "first", "line*2" // z is the state at the first frame
	m := newModel(t, p, tinyVideo)
	v := noise(tinyVideo, 60, 1)
	seen, err := m.InferInitial(v)
	ok(t, err)
	drawn, err := m.Posterior(v, 20000, 1)
	ok(t, err)
	moments := func(s video.States) (out []float64) {
		for a := range 4 {
			at := func(i, k int) float64 {
				q, p := s.At(i)
				return float64(append(append([]float32{}, q...), p...)[k])
			}
			mean := 0.0
			for i := range s.N {
				mean += at(i, a) / float64(s.N)
			}
			for b := range a + 1 {
				cov, other := 0.0, 0.0
				for i := range s.N {
					other += at(i, b) / float64(s.N)
				}
				for i := range s.N {
					cov += (at(i, a) - mean) * (at(i, b) - other) / float64(s.N-1)
				}
				out = append(out, cov)
			}
			out = append(out, mean)
		}
		return out
	}
	want, got := moments(seen), moments(drawn)
	scale := slices.Max(want)
	for i := range want {
		if math.Abs(got[i]-want[i]) > 0.05*max(scale, math.Sqrt(scale)) {
			t.Errorf("moment %d of the samples is %.4f, of the videos %.4f", i, got[i], want[i])
		}
	}
	if _, err := m.Posterior(v.Part(0, 3), 5, 1); err == nil {
		t.Error("a spread in 4 dimensions was told from 3 videos")
	}
}

// The way between two states begins and ends at them, is straight, and takes an angle the shorter way round.
func TestInterpolate(t *testing.T) {
	m := newModel(t, tiny(), tinyVideo) // circle, line
	a := video.States{N: 1, D: 2, Q: []float32{3, 1}, P: []float32{0, 2}}
	b := video.States{N: 1, D: 2, Q: []float32{-3, 3}, P: []float32{1, 0}}
	s, err := m.Interpolate(a, b, 3)
	ok(t, err)
	for i, want := range [][]float64{{3, 1, 0, 2}, {math.Pi, 2, 0.5, 1}, {2*math.Pi - 3, 3, 1, 0}} {
		q, p := s.At(i)
		near(t, "state", double(append(append([]float32{}, q...), p...)), want, 1e-6)
	}
	if _, err := m.Interpolate(a, b, 1); err == nil {
		t.Error("a way of one state")
	}
}
