package hnn

import (
	"testing"

	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/graphtest"
	"hgn.local/pkg/dataset"
)

// From clean pictures of a mass on a spring the autoencoder learns to draw pairs that it has never seen, and H to continue
// them, almost half a period from the first two frames. Standing still would leave more than the mean frame's error.
func TestLearnsAMassOnASpring(t *testing.T) {
	recipe := dataset.Recipe{System: "mass_spring", Trajectories: 200, Frames: 9, Size: 12, Dt: 0.15, Noise: 0, Seed: 1}
	seen, videos := simulate(t, recipe)
	recipe.Trajectories, recipe.Seed = 30, 2
	unseen, test := simulate(t, recipe)
	baseline, err := dataset.MeanFrameMSE(seen, unseen)
	ok(t, err)

	p := Quick()
	p.LatentDim = 1
	p.Pool, p.EncoderHidden, p.DecoderHidden = 2, []int{32}, []int{24, 48}
	p.Steps, p.Batch, p.Pairs, p.LearningRate = 450, 48, 1, 4e-3
	backend := graphtest.Backend(t)
	m, err := New(backend, p, videos.Shape, single(seen.MeanFrame()))
	ok(t, err)
	l, err := NewLearner(m, videos)
	ok(t, err)
	train(t, l, 0, p.Steps)

	first, err := m.InferInitial(test)
	ok(t, err)
	states, err := m.Rollout(first, test.Dt, test.Frames-1)
	ok(t, err)
	paired, moving := 0.0, 0.0
	for k, s := range states {
		share := 1 / float64(len(states)-1)
		frames, err := m.Draw(s)
		ok(t, err)
		if k > 0 {
			moving += share * mse(frames, test, k)
		}
		if k < test.Frames-1 {
			seen, err := m.Encode(test, k)
			ok(t, err)
			frames, err := m.Draw(seen)
			ok(t, err)
			paired += share * mse(frames, test, k)
		}
	}
	t.Logf("of the mean frame's error %.0f%% are left where the frames are seen, %.0f%% where they are continued", 100*paired/baseline, 100*moving/baseline)
	if paired > 0.25*baseline || moving > 0.7*baseline {
		t.Error("it has not been learned")
	}
}

// mse is the pixel MSE of pictures of frame t of every video.
func mse(drawn []float32, v video.Clips, t int) float64 {
	sum, n := 0.0, v.Shape.Pixels()
	for i := range v.N {
		for j, want := range v.Frame(i, t) {
			sum += square(float64(drawn[i*n+j]) - float64(want)/255)
		}
	}
	return sum / float64(v.N*n)
}

func single(x []float64) []float32 {
	y := make([]float32, len(x))
	for i, v := range x {
		y[i] = float32(v)
	}
	return y
}
