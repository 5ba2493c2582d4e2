package rnvp

import (
	"time"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/nets"
	"hgn.local/gomlx_models/parallel"
	"hgn.local/gomlx_models/points"
	"hgn.local/gomlx_models/probe"
)

// Losses of one training step.
type Losses struct {
	Loss     float64 // what is minimised: the mean of -log p(x), in nats and in the units of the data
	GradNorm float64 // global norm of the gradient before it is cut
	Rate     float64 // learning rate
}

// Learner trains a Model on points, one step at a time. The state of a training is the model's store and the
// number of steps done, nothing else.
type Learner struct {
	model   *Model
	data    points.Points // standardised
	logDet  float64
	program *parallel.Program
	compile time.Duration
}

// NewLearner prepares the training of m on data.
func NewLearner(m *Model, data points.Points) (*Learner, error) {
	if err := m.Params.Validate(m.Dim()); err != nil {
		return nil, err
	}
	if err := data.CheckTraining(m.Dim()); err != nil {
		return nil, err
	}
	standard, err := m.standard()
	if err != nil {
		return nil, err
	}
	l := &Learner{model: m, data: standard.Forward(data), logDet: standard.LogDet()}
	return l, l.Spread(1)
}

// Spread has a learner that did no step yet divide its batches among several devices.
func (l *Learner) Spread(devices int) error {
	m := l.model
	over, err := parallel.Over(m.backend, devices, m.Params.Batch)
	if err != nil {
		return err
	}
	l.program, err = over.Program(m.backend, m.store, []int{0, parallel.Replicated}, m.update)
	return err
}

// update is a training step, of a batch and a learning rate: the loss and the gradient's norm.
func (m *Model) update(scope *model.Scope, in []*Node) []*Node {
	x, rate := in[0], in[1]
	loss := Neg(ReduceAllMean(m.logProb(scope, x)))
	return []*Node{loss, points.Minimise(scope, loss, rate, m.Params.Beta2, m.Params.ClipNorm)}
}

// Step does training step number step, counted from 0.
func (l *Learner) Step(step int) (Losses, error) {
	m, p := l.model, l.model.Params
	batch := l.data.Batch(p.Seed, step, p.Batch)
	began, rate := time.Now(), points.Rate(step, p.Steps, p.LearningRate, p.WarmUp)
	out, err := l.program.Call(batch.Tensor(m.dtype, p.Batch), nets.Tensor(m.dtype, []float64{rate}))
	if err != nil {
		return Losses{}, err
	}
	if l.compile == 0 {
		l.compile = time.Since(began)
	}
	value := func(i int) float64 { return points.Numbers(out[i])[0] }
	return Losses{Loss: value(0) - l.logDet, GradNorm: value(1), Rate: rate}, nil
}

// CompileTime is the time that the first step took.
func (l *Learner) CompileTime() time.Duration { return l.compile }

// Gradient summarises the gradient at a step, before it is cut and without doing the step.
func (l *Learner) Gradient(step int) (probe.Summary, error) {
	m := l.model
	batch := l.data.Batch(m.Params.Seed, step, m.Params.Batch)
	return probe.Of(m.backend, m.store, m.dtype, []any{batch.Tensor(m.dtype, m.Params.Batch)}, func(scope *model.Scope, in []*Node) *Node {
		return Neg(ReduceAllMean(m.logProb(scope, in[0])))
	})
}
