package hnn

import (
	"errors"
	"time"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/video"
)

// Learner trains a Model on videos, one step at a time. The state of a training is the model's store and the
// number of steps done, nothing else.
type Learner struct {
	model   *Model
	batches ahead
	exec    *model.Exec
	compile time.Duration
}

// NewLearner prepares the training of m on videos.
func NewLearner(m *Model, videos video.Clips) (*Learner, error) {
	p := m.Params
	if err := errors.Join(p.Validate(videos.Shape), videos.Check(m.Video)); err != nil {
		return nil, err
	}
	exec, err := adam(m.backend, m.store, p, func(scope *model.Scope, in []*Node) []*Node {
		loss, mse, hnn, cc := m.objective(scope, Squeeze(in[0], -1), in[1], in[2])
		return []*Node{loss, mse, hnn, cc}
	})
	if err != nil {
		return nil, err
	}
	return &Learner{model: m, exec: exec, batches: ahead{draw: func(step int) ([]any, error) { return draw(p, videos, step) }}}, nil
}

// Step does training step number step, counted from 0.
func (l *Learner) Step(step int) (Losses, error) {
	batch, err := l.batches.batch(step)
	if err != nil {
		return Losses{}, err
	}
	began, rate := time.Now(), l.model.Params.rate(step)
	x, err := call(l.exec, batch, rate)
	if err != nil {
		return Losses{}, err
	}
	if l.compile == 0 {
		l.compile = time.Since(began)
	}
	return Losses{Loss: x[0], MSE: x[1], HNN: x[2], CC: x[3], Rate: rate}, nil
}

// CompileTime is the time that the first step took.
func (l *Learner) CompileTime() time.Duration { return l.compile }
