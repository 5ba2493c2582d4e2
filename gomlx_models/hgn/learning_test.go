package hgn

import (
	"context"
	"math"
	"testing"

	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/graphtest"
	"hgn.local/pkg/dataset"
)

// From pictures of a mass on a spring the model learns to continue motions that it has never seen, forwards
// and backwards from the middle of a video, nearly half a period each way. What remains of the mean frame's
// error is 2 to 7% in good starts, and more than 40% where the force is left out, time runs one way
// only, or frames are paired with other states. One start in ten gets stuck at 30%, hence a second and
// a third.
func TestLearnsAMassOnASpring(t *testing.T) {
	train, test := springs(t, "mass_spring", "")
	l := springLearner(t, train)
	left := math.Inf(1)
	for attempt := 0; left > 0.15; attempt++ {
		if attempt == 3 {
			t.Fatalf("three starts leave 15%% or more of the mean frame's error, the last %.0f%%", 100*left)
		}
		left = leaves(t, l, attempt, train, test)
		t.Logf("start %d leaves %.1f%% of the mean frame's error", attempt+1, 100*left)
	}
}

// The control: a Hamiltonian model fails on a mass on a spring with friction, which no Hamiltonian moves, in the very
// training that it learns the one without from. The friction takes more than nine tenths of the energy within a video. Where
// this was written 2.7% of the mean frame's error were left without friction, and 21% with it.
func TestFailsOnADampedSpring(t *testing.T) {
	if testing.Short() {
		t.Skip("trains twice or more")
	}
	best := map[string]float64{}
	for system, constants := range map[string]dataset.Constants{"mass_spring": "", "damped_spring": `{"damping": 1}`} {
		train, test := springs(t, system, constants)
		l := springLearner(t, train)
		best[system] = math.Inf(1)
		for attempt := 0; attempt < 2 && best[system] > 0.05; attempt++ { // one start in ten gets stuck
			best[system] = min(best[system], leaves(t, l, attempt, train, test))
		}
		t.Logf("%s: the better of two starts leaves %.1f%% of the mean frame's error", system, 100*best[system])
	}
	if best["mass_spring"] > 0.15 || !(best["damped_spring"] > 3*best["mass_spring"]) {
		t.Errorf("of the mean frame's error %.1f%% are left with friction, and %.1f%% without", 100*best["damped_spring"], 100*best["mass_spring"])
	}
}

// springs simulates videos to train on and others to test with, of masses on springs as seen without noise, nearly a period
// long.
func springs(t *testing.T, system string, constants dataset.Constants) (train, test *dataset.Dataset) {
	t.Helper()
	simulate := func(trajectories int, seed uint64) *dataset.Dataset {
		set, err := dataset.Recipe{
			System: system, Constants: constants, Trajectories: trajectories, Frames: 9, Size: 16, Dt: 0.35, Noise: 0, Seed: seed,
		}.Generate(context.Background(), nil)
		ok(t, err)
		return set
	}
	return simulate(300, 1), simulate(50, 2)
}

func clips(s *dataset.Dataset) video.Clips {
	return video.Clips{Shape: video.Shape{Frames: s.T, Size: s.Size, Dt: s.Dt}, N: s.N, Pixels: s.Frames}
}

// springLearner prepares the training of a small model, 300 steps long.
func springLearner(t *testing.T, train *dataset.Dataset) *Learner {
	t.Helper()
	p := Quick()
	p.Latent, p.EnergyHidden = "line", []int{16}
	p.Pool, p.FrameFeatures, p.EncoderHidden, p.Z, p.StateHidden, p.DecoderHidden = 2, 12, []int{48}, 8, []int{48}, []int{32, 64}
	p.Steps, p.Batch, p.LearningRate, p.WarmUp = 300, 32, 6e-3, 0.05
	p.Curriculum, p.Sharpen = []Stage{{1, 0.1}, {2, 0.3}}, 0
	backend := graphtest.Backend(t)
	m, err := New(backend, p, clips(train).Shape, single(train.MeanFrame()))
	ok(t, err)
	l, err := NewLearner(m, clips(train))
	ok(t, err)
	return l
}

// leaves is what a whole training, the attempt of so many, leaves of the mean frame's error of the test videos.
func leaves(t *testing.T, l *Learner, attempt int, train, test *dataset.Dataset) float64 {
	t.Helper()
	if attempt > 0 {
		ok(t, l.Restart(attempt))
	}
	for step := range l.model.Params.Steps {
		_, err := l.Step(step)
		ok(t, err)
	}
	baseline, err := dataset.MeanFrameMSE(train, test)
	ok(t, err)
	middle, err := l.model.Encode(clips(test))
	ok(t, err)
	return reconstruction(t, l.model, clips(test), middle) / baseline
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
