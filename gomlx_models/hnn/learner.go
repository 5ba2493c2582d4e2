package hnn

import (
	"errors"
	"time"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/probe"
	"hgn.local/gomlx_models/video"
)

// Learner trains a Model on videos, one step at a time. The state of a training is the model's store and the
// number of steps done, nothing else.
type Learner struct {
	model   *Model
	batches ahead
	stepper *stepper
	compile time.Duration
}

// NewLearner prepares the training of m on videos.
func NewLearner(m *Model, videos video.Clips) (*Learner, error) {
	p := m.Params
	if err := errors.Join(p.Validate(videos.Shape), videos.Check(m.Video)); err != nil {
		return nil, err
	}
	steps := newStepper(m.backend, m.store, p, []int{1, 0, 0}, func(scope *model.Scope, in []*Node) []*Node {
		loss, mse, hnn, cc := m.objective(scope, Squeeze(in[0], -1), in[1], in[2])
		return []*Node{loss, mse, hnn, cc}
	})
	return &Learner{model: m, stepper: steps, batches: ahead{draw: func(step int) ([]any, error) { return draw(p, videos, step) }}}, nil
}

// Step does training step number step, counted from 0.
func (l *Learner) Step(step int) (Losses, error) {
	batch, err := l.batches.batch(step)
	if err != nil {
		return Losses{}, err
	}
	began, rate := time.Now(), l.model.Params.rate(step)
	x, err := l.stepper.step(batch, rate)
	if err != nil {
		return Losses{}, err
	}
	if l.compile == 0 {
		l.compile = time.Since(began)
	}
	return Losses{Loss: x[0], MSE: x[1], HNN: x[2], CC: x[3], Rate: rate}, nil
}

// Double has a learner that did no step yet train in float64, for what single precision is compared with. The model can
// then be used for nothing else.
func (l *Learner) Double() *Learner {
	l.stepper.dtype = dtypes.Float64
	return l
}

// Spread has a learner that did no step yet divide its batches among several devices.
func (l *Learner) Spread(devices int) error { return l.stepper.spread(devices) }

// Gradient summarises the objective's gradient at a step, without doing the step.
func (l *Learner) Gradient(step int) (probe.Summary, error) {
	batch, err := l.batches.draw(step)
	if err != nil {
		return probe.Summary{}, err
	}
	return l.stepper.gradient(batch)
}

// CompileTime is the time that the first step took.
func (l *Learner) CompileTime() time.Duration { return l.compile }
