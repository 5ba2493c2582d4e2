package runs

import (
	"context"
	"fmt"
	"time"

	"hgn.local/pkg/training"
)

// A training of fewer than leastExamined steps measures nothing on held-out data, and says nothing of what the films show: this
// would take longer than it. Of a density, up to
// examinedPoints points are measured, and one batch of videos.
const (
	leastExamined  = 100
	examinedPoints = 500
)

// examiner measures a model under training on data from which it does not learn.
type examiner struct {
	learner learner // of these data
	batches int     // measured at a time
	stages  map[any]float64
	first   map[any]int // the first step of each stage
}

// examiner returns the examiner of a training, or nil if it measures nothing. The test data come from other random
// numbers than the training's, or are the held-out part of a file.
func (r *Run) examiner(ctx context.Context, k kind, m Model, data *TrainingData) (*examiner, error) {
	steps := r.Params.Plan().Steps
	if steps < leastExamined || r.Data.Density != nil && r.Data.Density.Energy { // of an energy, every batch is new
		return nil, nil
	}
	batch := k.batch(r.Params)
	held, err := r.Data.heldOut(ctx, k, r.Params, data, batch)
	if err != nil {
		return nil, err
	}
	l, err := k.learn(m, held)
	if err != nil { // too few videos for friction=auto, or points that do not vary
		return nil, nil
	}
	e := &examiner{learner: l, batches: max(1, held.Points.N()/batch), stages: map[any]float64{}, first: map[any]int{}}
	for step := steps - 1; step >= 0; step-- {
		e.first[l.Stage(step)] = step
	}
	return e, nil
}

// heldOut makes or picks a little data from which the training does not learn, as for a training.
func (s Source) heldOut(ctx context.Context, k kind, p Params, data *TrainingData, n int) (TrainingData, error) {
	switch {
	case s.Density != nil:
		x, err := s.Density.Test(0)
		if err != nil {
			return TrainingData{}, err
		}
		return TrainingData{Points: x.Part(0, min(x.N(), examinedPoints))}, nil
	case k.states != nil && k.states(p):
		set, err := states(ctx, s.testRecipe(n), nil)
		return TrainingData{Set: set}, err
	}
	test, err := data.test, error(nil)
	if test == nil {
		if test, err = s.Test(ctx, n); err != nil {
			return TrainingData{}, err
		}
	}
	test = test.Subset(0, min(test.N, n))
	return TrainingData{Clips: Videos(test), Set: test, first: test}, nil
}

// HeldOutName names what trainings measure on held-out data.
func (c Config) HeldOutName() string {
	if c.OfDensity() {
		return "held-out points"
	}
	return "held-out videos"
}

// measure returns the measure at a step: the pixel error of videos, at the unroll of the step, or the loss of a model
// without pixels, which for a flow is the mean of -log p, and for an NHF its bound.
func (e *examiner) measure(step int) (float64, error) {
	l, err := e.learner.Evaluate(step, e.batches)
	if mse := l["mse"]; mse > 0 {
		return mse, err
	}
	return l["loss"], err
}

// HeldOut implements training.Examined.
func (t *task) HeldOut(step int) (value float64, known bool, err error) {
	if t.examiner == nil {
		return 0, false, nil
	}
	value, err = t.examiner.measure(step)
	if err == nil && len(t.examiner.stages) == 0 {
		err = t.examiner.compareStages()
	}
	return value, err == nil, err
}

// Stages are timed stageRounds times, one after the other, and the least time of each counts: the machine may be busy.
const stageRounds = 6

// compareStages times the measure at every stage. The time of a training step has nearly the same ratios, because the
// gradient costs a multiple of the losses.
func (e *examiner) compareStages() error {
	if len(e.first) == 1 {
		return nil
	}
	for round := range stageRounds + 1 { // the first one compiles
		for stage, step := range e.first {
			began := time.Now()
			if _, err := e.learner.Evaluate(step, 1); err != nil {
				return fmt.Errorf("measuring the cost of step %d: %w", step, err)
			}
			if took := time.Since(began).Seconds(); round == 1 || round > 1 && took < e.stages[stage] {
				e.stages[stage] = took
			}
		}
	}
	if l, ok := e.learner.(interface{ Unroll(step int) int }); ok {
		unrolls := map[any]int{}
		for stage, step := range e.first {
			unrolls[stage] = l.Unroll(step)
		}
		bound(e.stages, unrolls)
	}
	if l, ok := e.learner.(interface{ Sharp(step int) bool }); ok {
		sharp := map[any]bool{}
		for stage, step := range e.first {
			sharp[stage] = l.Sharp(step)
		}
		lighten(e.stages, sharp)
	}
	return nil
}

// sharpGradient is how many times more the losses grow than the training step when the decoder begins to learn to draw single
// frames: no gradient of what is added goes beyond the decoder. Measured on XLA and on the Go backend.
const sharpGradient = 2.5

// lighten makes times of losses those of training steps, up to a common factor, where sharp stages follow others.
func lighten(times map[any]float64, sharp map[any]bool) {
	plain := 0.0 // of the stage before the sharp ones, the longest of the others
	for stage, t := range times {
		if !sharp[stage] {
			plain = max(plain, t)
		}
	}
	for stage, t := range times {
		if sharp[stage] && plain > 0 && t > plain {
			times[stage] = plain + (t-plain)/sharpGradient
		}
	}
}

// bound corrects times of stages that cannot be: a step with a longer unroll takes at least as long as one with the
// shortest, and longer by at most the ratio of the unrolls, or half as much again, because what is learned differs.
func bound(times map[any]float64, unrolls map[any]int) {
	var shortest any
	for stage, u := range unrolls {
		if shortest == nil || u < unrolls[shortest] || u == unrolls[shortest] && times[stage] < times[shortest] {
			shortest = stage
		}
	}
	base := times[shortest]
	for stage, u := range unrolls {
		times[stage] = min(max(times[stage], base), base*1.5*float64(u)/float64(max(1, unrolls[shortest])))
	}
}

// Stage, Work and Compiles implement training.Staged.
func (t *task) Stage(step int) any { return t.learner.Stage(step) }

func (t *task) Work(step int) float64 {
	if t.examiner == nil {
		return 0
	}
	return t.examiner.stages[t.Stage(step)]
}

func (t *task) Compiles(step int) string {
	switch {
	case t.Compiled(step):
		return ""
	case step == 0:
		return "the training step"
	}
	return "the training step of another stage"
}

var (
	_ training.Staged   = (*task)(nil)
	_ training.Examined = (*task)(nil)
)
