package hgn

import (
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/gomlx/gomlx/core/tensors"

	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/video"
)

// train does the steps from..to-1.
func train(t *testing.T, l *Learner, from, to int) (losses []fit.Losses) {
	t.Helper()
	for step := from; step < to; step++ {
		loss, err := l.Step(step)
		ok(t, err)
		losses = append(losses, loss)
	}
	return losses
}

// The same seed repeats a training to the last bit; another seed is another training.
func TestTrainingIsDeterministic(t *testing.T) {
	videos := noise(tinyVideo, 8, 1)
	p := tiny()
	p.Curriculum, p.Sharpen = []Stage{{1, 0.02}}, 0.97 // three programs within these steps
	once := train(t, newLearner(t, p, videos), 0, 4)
	if again := train(t, newLearner(t, p, videos), 0, 4); !slices.EqualFunc(once, again, maps.Equal) {
		t.Errorf("the same seed gives\n%v, then\n%v", once, again)
	}
	p.Seed = 2
	if other := train(t, newLearner(t, p, videos), 0, 1); other[0]["mse"] == once[0]["mse"] {
		t.Error("another seed gives the same loss")
	}
	for _, l := range once {
		if !(l["loss"] > 0 && l["mse"] > 0 && l["kl"] > 0) {
			t.Errorf("bad losses %+v", l)
		}
	}
}

// The store and the number of steps are all there is to a training: a new learner on the same model goes
// on as if nothing had happened.
func TestTrainingGoesOn(t *testing.T) {
	videos := noise(tinyVideo, 8, 1)
	whole := train(t, newLearner(t, tiny(), videos), 0, 4)
	first := newLearner(t, tiny(), videos)
	train(t, first, 0, 2)
	second, err := NewLearner(first.model, videos)
	ok(t, err)
	if rest := train(t, second, 2, 4); !slices.EqualFunc(rest, whole[2:], maps.Equal) {
		t.Errorf("interrupted after two steps, the training goes on with\n%v, want\n%v", rest, whole[2:])
	}
}

// A restart forgets what was trained, weights and optimizer, and begins elsewhere.
func TestRestart(t *testing.T) {
	videos := noise(tinyVideo, 8, 1)
	late := newLearner(t, tiny(), videos)
	before := train(t, late, 0, 3)
	ok(t, late.Restart(1))
	early := newLearner(t, tiny(), videos)
	ok(t, early.Restart(1))
	got, want := train(t, late, 0, 3), train(t, early, 0, 3)
	if !slices.EqualFunc(got, want, maps.Equal) {
		t.Errorf("restarted after three steps, the training is\n%v, restarted at once it is\n%v", got, want)
	}
	if got[0]["mse"] == before[0]["mse"] {
		t.Error("the restart begins with the weights and batches of the first attempt")
	}
	ok(t, late.Restart(2))
	if again := train(t, late, 0, 1); again[0]["mse"] == got[0]["mse"] {
		t.Error("the second restart begins like the first")
	}
}

// The curriculum's stages end where they say, and none unrolls beyond the video.
func TestUnrollFollowsTheCurriculum(t *testing.T) {
	for frames, all := range map[int]int{7: 3, 8: 4} { // frames on the longer side of the middle one
		p := tiny()
		p.Curriculum = []Stage{{1, 0.1}, {2, 0.3}, {50, 0.5}}
		l := newLearner(t, p, noise(video.Shape{Frames: frames, Size: 8, Dt: 0.2}, 4, 1))
		for step, want := range map[int]int{0: 1, 9: 1, 10: 2, 29: 2, 30: all, 49: all, 50: all, 99: all} {
			if got := l.Unroll(step); got != want {
				t.Errorf("%d frames: step %d unrolls %d, want %d", frames, step, got, want)
			}
		}
		p.Curriculum = nil
		if got := newLearner(t, p, noise(l.model.Video, 4, 1)).Unroll(0); got != all {
			t.Errorf("%d frames, no curriculum: step 0 unrolls %d, want %d", frames, got, all)
		}
	}
}

// The share Sharpen of the steps, the last ones, are of the other kind.
func TestSharpenIsAShareOfTheSteps(t *testing.T) {
	for share, from := range map[float64]int{0: 100, 0.25: 75, 1: 0} {
		p := tiny()
		p.Sharpen = share
		l := newLearner(t, p, noise(tinyVideo, 4, 1))
		for step := range p.Steps {
			if got := l.Sharp(step); got != (step >= from) {
				t.Errorf("sharpen %g of %d steps: step %d is sharp: %t", share, p.Steps, step, got)
			}
		}
	}
}

// Adam's first step moves a weight by the learning rate, whatever its gradient: the rate of the step
// is the one that is used.
func TestStepUsesTheRate(t *testing.T) {
	l := newLearner(t, tiny(), noise(tinyVideo, 8, 1))
	ok(t, l.model.build())
	before := map[string][]float32{}
	for v := range l.model.store.IterVariables() {
		before[v.Path()] = tensors.MustCopyFlatData[float32](v.MustValue())
	}
	train(t, l, 0, 1)
	rate := l.Rate(0)
	for path, old := range before {
		moved := 0.0
		for i, x := range tensors.MustCopyFlatData[float32](l.model.store.GetVariable(path).MustValue()) {
			moved = max(moved, math.Abs(float64(x-old[i])))
		}
		if moved < 0.8*rate || moved > 1.01*rate {
			t.Errorf("the first step moves %s by up to %.3g, the rate is %.3g", path, moved, rate)
		}
	}
}

// Training reduces the loss, here on two videos to be learned by heart.
func TestLossFalls(t *testing.T) {
	p := tiny()
	p.Beta, p.LearningRate, p.DecoderHidden = 0, 1e-2, []int{32}
	losses := train(t, newLearner(t, p, noise(tinyVideo, 2, 1)), 0, p.Steps)
	mean := func(l []fit.Losses) (m float64) {
		for _, x := range l {
			m += x["mse"] / float64(len(l))
		}
		return m
	}
	if first, last := mean(losses[:10]), mean(losses[90:]); last > 0.9*first {
		t.Errorf("the MSE goes from %.4f to %.4f", first, last)
	}
}

func TestLearnerRefusesBadParameters(t *testing.T) {
	m := newModel(t, tiny(), tinyVideo)
	m.Params.Batch = 0
	if _, err := NewLearner(m, noise(tinyVideo, 4, 1)); err == nil {
		t.Error("a learner was made with a batch of 0")
	}
}
