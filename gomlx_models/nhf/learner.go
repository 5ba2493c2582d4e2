package nhf

import (
	"math/rand/v2"
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
	Loss     float64 // what is minimised: minus the bound on log p(q), in nats and in the units of the data
	Entropy  float64 // of the momenta that the encoder draws, in nats
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
	l.program, err = over.Program(m.backend, m.store, []int{0, 0, parallel.Replicated}, m.update)
	return err
}

// update is a training step, of a batch, its noise and a learning rate: the objective, the entropy of the momenta and the
// gradient's norm.
func (m *Model) update(scope *model.Scope, in []*Node) []*Node {
	q, noise, rate := in[0], in[1], in[2]
	loss, entropy := m.objective(scope, q, noise)
	return []*Node{loss, entropy, points.Minimise(scope, loss, rate, m.Params.Beta2, m.Params.ClipNorm)}
}

// Step does training step number step, counted from 0.
func (l *Learner) Step(step int) (Losses, error) {
	m, p := l.model, l.model.Params
	q, noise := l.draw(step)
	began, rate := time.Now(), points.Rate(step, p.Steps, p.LearningRate, p.WarmUp)
	out, err := l.program.Call(q.Tensor(m.dtype, p.Batch), noise.Tensor(m.dtype, noise.N()), nets.Tensor(m.dtype, []float64{rate}))
	if err != nil {
		return Losses{}, err
	}
	if l.compile == 0 {
		l.compile = time.Since(began)
	}
	value := func(i int) float64 { return points.Numbers(out[i])[0] }
	return Losses{Loss: value(0) - l.logDet, Entropy: value(1), GradNorm: value(2), Rate: rate}, nil
}

// draw makes the inputs of a step, of the seed and the step only: a batch, and the noise of its momenta.
func (l *Learner) draw(step int) (q, noise points.Points) {
	p := l.model.Params
	rng := rand.New(rand.NewPCG(p.Seed, uint64(step)))
	noise = points.New(p.Batch*p.Importance, l.model.Dim())
	for i := range noise.X {
		noise.X[i] = rng.NormFloat64()
	}
	return l.data.Batch(p.Seed, step, p.Batch), noise
}

// CompileTime is the time that the first step took.
func (l *Learner) CompileTime() time.Duration { return l.compile }

// Gradient summarises the objective's gradient at a step, before it is cut and without doing the step.
func (l *Learner) Gradient(step int) (probe.Summary, error) {
	m := l.model
	q, noise := l.draw(step)
	inputs := []any{q.Tensor(m.dtype, m.Params.Batch), noise.Tensor(m.dtype, noise.N())}
	return probe.Of(m.backend, m.store, m.dtype, inputs, func(scope *model.Scope, in []*Node) *Node {
		loss, _ := m.objective(scope, in[0], in[1])
		return loss
	})
}
