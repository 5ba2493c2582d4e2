package hnn

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/gomlx/gomlx/core/tensors"

	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/physics"
)

// *fit.Learner is either kind of learner.

// train does the steps from..to-1.
func train(t *testing.T, l *fit.Learner, from, to int) (losses []fit.Losses) {
	t.Helper()
	for step := from; step < to; step++ {
		x, err := l.Step(step)
		ok(t, err)
		losses = append(losses, x)
	}
	return losses
}

// trainers make a model of a variant; what they return makes learners of that one model.
func trainers(t *testing.T) map[string]func(seed uint64) func() *fit.Learner {
	all := map[string]func(seed uint64) func() *fit.Learner{}
	videos := noise(tinyVideo, 8, 1)
	for _, variant := range []string{Pixels, Conv} {
		all[variant] = func(seed uint64) func() *fit.Learner {
			p := tiny(variant)
			p.Seed = seed
			m := newModel(t, p, tinyVideo)
			return func() *fit.Learner {
				l, err := NewLearner(m, videos)
				ok(t, err)
				return l
			}
		}
	}
	samples := observe(t, physics.MassSpring(), 30, 1)
	for _, variant := range []string{States, Baseline} {
		all[variant] = func(seed uint64) func() *fit.Learner {
			p := tiny(variant)
			p.Seed = seed
			m := newStates(t, p, 1)
			return func() *fit.Learner {
				l, err := NewStatesLearner(m, samples)
				ok(t, err)
				return l
			}
		}
	}
	return all
}

// The same seed repeats a training to the last bit, interrupted or not: the store and the number of steps are all there
// is to it. Another seed is another training.
func TestTrainingIsDeterministicAndGoesOn(t *testing.T) {
	for variant, of := range trainers(t) {
		t.Run(variant, func(t *testing.T) {
			whole := train(t, of(1)(), 0, 4)
			learner := of(1)
			parts := append(train(t, learner(), 0, 2), train(t, learner(), 2, 4)...)
			if !slices.EqualFunc(whole, parts, maps.Equal) {
				t.Errorf("four steps are\n%+v, two and two\n%+v", whole, parts)
			}
			if other := train(t, of(2)(), 0, 1); other[0]["loss"] == whole[0]["loss"] {
				t.Error("another seed gives the same loss")
			}
			for _, l := range whole {
				if !(l["loss"] > 0 && l["hnn"] > 0) {
					t.Errorf("bad losses %+v", l)
				}
			}
		})
	}
}

// Videos made on demand give the batches of videos in memory.
func TestBatchesOfVideosOnDemand(t *testing.T) {
	v := noise(tinyVideo, 9, 1)
	made := video.Clips{Shape: v.Shape, N: v.N, Make: func(i int, dst []uint8) error { copy(dst, v.Video(i)); return nil }}
	for step := range 5 {
		a, err := draw(tiny(Pixels), v, nil, 1, step)
		ok(t, err)
		b, err := draw(tiny(Pixels), made, nil, 1, step)
		ok(t, err)
		for i := range a {
			if !a[i].(*tensors.Tensor).Equal(b[i].(*tensors.Tensor)) {
				t.Errorf("step %d: input %d differs", step, i)
			}
		}
	}
	made.Make = func(i int, _ []uint8) error { return fmt.Errorf("no video %d", i) }
	if _, err := draw(tiny(Pixels), made, nil, 1, 0); err == nil {
		t.Error("videos that cannot be made gave a batch")
	}
}

func TestLearnersRefuse(t *testing.T) {
	m := newModel(t, tiny(Pixels), tinyVideo)
	if _, err := NewLearner(m, noise(video.Shape{Frames: 7, Size: 16, Dt: 0.2}, 4, 1)); err == nil {
		t.Error("a learner took videos of another size")
	}
	m.Params.Batch = 0
	if _, err := NewLearner(m, noise(tinyVideo, 4, 1)); err == nil {
		t.Error("a learner was made with a batch of 0")
	}
	s := newStates(t, tiny(States), 2)
	for name, samples := range map[string]Samples{
		"none":                     {video.NewStates(0, 2), video.NewStates(0, 2)},
		"other coordinates":        {video.NewStates(3, 1), video.NewStates(3, 1)},
		"fewer derivatives":        {video.NewStates(3, 2), video.NewStates(2, 2)},
		"missing momenta":          {video.States{N: 3, D: 2, Q: make([]float32, 6)}, video.NewStates(3, 2)},
		"derivatives of q alone":   {video.NewStates(3, 2), video.States{N: 3, D: 2, Q: make([]float32, 6)}},
		"derivatives of other dim": {video.NewStates(3, 2), video.NewStates(3, 1)},
	} {
		if _, err := NewStatesLearner(s, samples); err == nil {
			t.Errorf("%s: samples that do not fit were accepted", name)
		}
	}
}
