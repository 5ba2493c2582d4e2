package hgn

import (
	"context"
	"math"
	"testing"

	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/dataset"
)

// From pictures of a mass on a spring the model learns to continue motions that it has never seen, forwards
// and backwards from the middle of a video, nearly half a period each way. What remains of the mean frame's
// error is 2 to 7% in good starts, and more than 40% where the force is left out, time runs one way
// only, or frames are paired with other states. One start in ten gets stuck at 30%, hence a second and
// a third.
func TestLearnsAMassOnASpring(t *testing.T) {
	simulate := func(trajectories int, seed uint64) *dataset.Set {
		set, err := dataset.Recipe{
			System: "mass_spring", Trajectories: trajectories, Frames: 9, Size: 16, Dt: 0.35, Noise: 0, Seed: seed,
		}.Generate(context.Background(), nil)
		ok(t, err)
		return set
	}
	videos := func(s *dataset.Set) video.Clips {
		return video.Clips{Shape: video.Shape{Frames: s.T, Size: s.Size, Dt: s.Dt}, N: s.N, Pixels: s.Frames}
	}
	train, test := simulate(300, 1), simulate(50, 2)
	baseline, err := dataset.MeanFrameMSE(train, test)
	ok(t, err)

	p := Quick()
	p.Latent, p.EnergyHidden = "line", []int{16}
	p.Pool, p.FrameFeatures, p.EncoderHidden, p.Z, p.StateHidden, p.DecoderHidden = 2, 12, []int{48}, 8, []int{48}, []int{32, 64}
	p.Steps, p.Batch, p.LearningRate, p.WarmUp = 300, 32, 6e-3, 0.05
	p.Curriculum, p.Sharpen = []Stage{{1, 0.1}, {2, 0.3}}, 0
	backend, err := openBackend()
	ok(t, err)
	m, err := New(backend, p, videos(train).Shape, single(train.MeanFrame()))
	ok(t, err)
	l, err := NewLearner(m, videos(train))
	ok(t, err)

	left := math.Inf(1)
	for attempt := 0; left > 0.15; attempt++ {
		if attempt == 3 {
			t.Fatalf("three starts leave 15%% or more of the mean frame's error, the last %.0f%%", 100*left)
		}
		if attempt > 0 {
			ok(t, l.Restart(attempt))
		}
		for step := range p.Steps {
			_, err := l.Step(step)
			ok(t, err)
		}
		middle, err := m.Encode(videos(test))
		ok(t, err)
		left = reconstruction(t, m, videos(test), middle) / baseline
		t.Logf("start %d leaves %.1f%% of the mean frame's error", attempt+1, 100*left)
	}
}

// reconstruction is the pixel MSE of all frames of v, drawn from the states at the middle frame rolled out both
// ways.
func reconstruction(t *testing.T, m *Model, v video.Clips, middle video.States) float64 {
	t.Helper()
	sum, n := 0.0, 0
	for _, way := range []int{1, -1} {
		steps := v.Frames - 1 - v.Frames/2
		if way < 0 {
			steps = v.Frames / 2
		}
		states, err := m.Rollout(middle, float64(way)*v.Dt, steps)
		ok(t, err)
		for k, s := range states {
			frames, err := m.Decode(s.Q)
			ok(t, err)
			for i := range v.N {
				for j, want := range v.Frame(i, v.Frames/2+way*k) {
					d := float64(frames[i*v.Shape.Pixels()+j]) - float64(want)/255
					sum, n = sum+d*d, n+1
				}
			}
		}
	}
	return sum / float64(n)
}
