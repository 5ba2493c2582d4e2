package hgn

import (
	"math"
	"slices"
	"testing"

	"github.com/gomlx/gomlx/core/tensors"

	"hgn.local/gomlx_models/video"
)

// train does the steps from..to-1.
func train(t *testing.T, l *Learner, from, to int) (losses []Losses) {
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
	if again := train(t, newLearner(t, p, videos), 0, 4); !slices.Equal(once, again) {
		t.Errorf("the same seed gives\n%v, then\n%v", once, again)
	}
	p.Seed = 2
	if other := train(t, newLearner(t, p, videos), 0, 1); other[0].MSE == once[0].MSE {
		t.Error("another seed gives the same loss")
	}
	for _, l := range once {
		if !(l.Loss > 0 && l.MSE > 0 && l.KL > 0 && l.Rate > 0) {
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
	if rest := train(t, second, 2, 4); !slices.Equal(rest, whole[2:]) {
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
	if !slices.Equal(got, want) {
		t.Errorf("restarted after three steps, the training is\n%v, restarted at once it is\n%v", got, want)
	}
	if got[0].MSE == before[0].MSE {
		t.Error("the restart begins with the weights and batches of the first attempt")
	}
	ok(t, late.Restart(2))
	if again := train(t, late, 0, 1); again[0].MSE == got[0].MSE {
		t.Error("the second restart begins like the first")
	}
}

// The batch that was drawn ahead is used only where it is the right one.
func TestBatchDrawnAhead(t *testing.T) {
	l := newLearner(t, tiny(), noise(tinyVideo, 8, 1))
	for _, c := range []struct{ attempt, step, unroll int }{
		{0, 0, 3}, {0, 1, 3}, {0, 2, 3}, {0, 7, 3}, {0, 7, 3}, {0, 8, 1}, {0, 9, 3}, {1, 10, 3}, {1, 11, 3},
	} {
		if c.attempt != l.attempt {
			ok(t, l.Restart(c.attempt))
		}
		got, err := l.batch(c.step, c.unroll)
		ok(t, err)
		want := l.batches.must(t, l.seed(), c.step, c.unroll)
		if !got.video.Equal(want.video) || !got.noise.Equal(want.noise) || !got.target.Equal(want.target) || !got.index.Equal(want.index) {
			t.Errorf("attempt %d, step %d, unroll %d has another batch", c.attempt, c.step, c.unroll)
		}
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

// The rate rises from nearly nothing, reaches its peak when the warm-up ends, and decays to nearly nothing.
func TestRate(t *testing.T) {
	p := tiny() // 100 steps, 10 of them to warm up
	l := newLearner(t, p, noise(tinyVideo, 4, 1))
	peak := 0
	for step := range p.Steps {
		if l.rate(step) <= 0 || l.rate(step) > 1.01*p.LearningRate {
			t.Errorf("the rate of step %d is %g", step, l.rate(step))
		}
		if l.rate(step) > l.rate(peak) {
			peak = step
		}
	}
	if peak < 8 || peak > 11 || l.rate(peak) < 0.9*p.LearningRate {
		t.Errorf("the peak of %g is at step %d, want %g at about 10", l.rate(peak), peak, p.LearningRate)
	}
	for step := range p.Steps - 1 {
		if rises := l.rate(step+1) > l.rate(step); rises != (step < peak) {
			t.Errorf("the rate goes from %g at step %d to %g", l.rate(step), step, l.rate(step+1))
		}
	}
	if l.rate(0) > 0.15*p.LearningRate || l.rate(p.Steps-1) > 0.02*p.LearningRate {
		t.Errorf("the rate begins with %g and ends with %g", l.rate(0), l.rate(p.Steps-1))
	}
	p.WarmUp = 0
	if first := newLearner(t, p, noise(tinyVideo, 4, 1)).rate(0); math.Abs(first/p.LearningRate-1) > 0.01 {
		t.Errorf("without a warm-up the first rate is %g", first)
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
	loss := train(t, l, 0, 1)[0]
	if loss.Rate != l.rate(0) {
		t.Errorf("the step reports rate %g, not %g", loss.Rate, l.rate(0))
	}
	for path, old := range before {
		moved := 0.0
		for i, x := range tensors.MustCopyFlatData[float32](l.model.store.GetVariable(path).MustValue()) {
			moved = max(moved, math.Abs(float64(x-old[i])))
		}
		if moved < 0.8*loss.Rate || moved > 1.01*loss.Rate {
			t.Errorf("the first step moves %s by up to %.3g, the rate is %.3g", path, moved, loss.Rate)
		}
	}
}

// Training reduces the loss, here on two videos to be learned by heart.
func TestLossFalls(t *testing.T) {
	p := tiny()
	p.Beta, p.LearningRate, p.DecoderHidden = 0, 1e-2, []int{32}
	losses := train(t, newLearner(t, p, noise(tinyVideo, 2, 1)), 0, p.Steps)
	mean := func(l []Losses) (m float64) {
		for _, x := range l {
			m += x.MSE / float64(len(l))
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
