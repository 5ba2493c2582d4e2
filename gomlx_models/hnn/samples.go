package hnn

import (
	"time"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/params"
	"hgn.local/gomlx_models/probe"
	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/phase"
)

// Samples are states and their time derivatives: Rates.Q is dq/dt, Rates.P is dp/dt, in the order of States.
type Samples struct{ States, Rates video.States }

// check says why samples do not fit a model of states with d coordinates.
func (s Samples) check(d int) error {
	for _, x := range []video.States{s.States, s.Rates} {
		if x.N < 1 || x.N != s.States.N || x.D != d || len(x.Q) != x.N*d || len(x.P) != x.N*d {
			return params.Errorf("samples need as many derivatives as states, at least one, with %d coordinates each: there are %d states with %d and %d derivatives with %d",
				d, s.States.N, s.States.D, s.Rates.N, s.Rates.D)
		}
	}
	return nil
}

// StatesLearner trains a StatesModel on samples, one step at a time. The state of a training is the model's store and
// the number of steps done, nothing else.
type StatesLearner struct {
	model   *StatesModel
	batches ahead
	stepper *stepper
	compile time.Duration
}

// NewStatesLearner prepares the training of m on samples.
func NewStatesLearner(m *StatesModel, samples Samples) (*StatesLearner, error) {
	p := m.Params
	if err := p.validate(); err != nil {
		return nil, err
	}
	if err := samples.check(m.Dim); err != nil {
		return nil, err
	}
	steps := newStepper(m.backend, m.store, p, []int{0, 0, 0, 0}, func(scope *model.Scope, in []*Node) []*Node {
		return []*Node{mismatch(m.hamiltonian(scope), phase.State{Q: in[0], P: in[1]}, phase.State{Q: in[2], P: in[3]})}
	})
	return &StatesLearner{model: m, stepper: steps, batches: ahead{draw: func(step int) ([]any, error) { return samples.draw(p, step), nil }}}, nil
}

// draw makes the batch of a step, of the seed and the step only.
func (s Samples) draw(p Params, step int) []any {
	d := s.States.D
	var batch []any
	for _, from := range [][]float32{s.States.Q, s.States.P, s.Rates.Q, s.Rates.P} {
		x := make([]float32, 0, p.Batch*d)
		for i := range p.Batch {
			x = append(x, from[video.Walk(p.Seed, step*p.Batch+i, s.States.N)*d:][:d]...)
		}
		batch = append(batch, tensors.FromFlatDataAndDimensions(x, p.Batch, d))
	}
	return batch
}

// Step does training step number step, counted from 0.
func (l *StatesLearner) Step(step int) (Losses, error) {
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
	return Losses{Loss: x[0], HNN: x[0], Rate: rate}, nil
}

// Double, Spread and Gradient are as those of Learner.
func (l *StatesLearner) Double() *StatesLearner {
	l.stepper.dtype = dtypes.Float64
	return l
}

// Spread divides the batches among several devices.
func (l *StatesLearner) Spread(devices int) error { return l.stepper.spread(devices) }

// Gradient summarises the gradient of a step.
func (l *StatesLearner) Gradient(step int) (probe.Summary, error) {
	batch, err := l.batches.draw(step)
	if err != nil {
		return probe.Summary{}, err
	}
	return l.stepper.gradient(batch)
}

// CompileTime is the time that the first step took.
func (l *StatesLearner) CompileTime() time.Duration { return l.compile }
