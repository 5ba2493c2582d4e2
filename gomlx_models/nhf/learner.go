package nhf

import (
	"math/rand/v2"
	"slices"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/params"
	"hgn.local/gomlx_models/points"
)

// NewLearner prepares the training of m on data. The losses of a step are
//
//	loss      minus the maximised bound on log p(q), in nats and in the units of the data
//	entropy   entropy of the momenta that the encoder draws, in nats
//	gradient  the global norm of the gradient before clipping
func NewLearner(m *Model, data points.Points) (*fit.Learner, error) {
	p := m.Params
	if err := p.Validate(m.Dim()); err != nil {
		return nil, err
	}
	if err := data.CheckTraining(m.Dim()); err != nil {
		return nil, err
	}
	if err := params.CheckBatch(p.Batch, m.Dim()*(1+p.Importance)); err != nil {
		return nil, err
	}
	standard, err := m.standard()
	if err != nil {
		return nil, err
	}
	if data, err = data.Conditions(m.CondDim(), nil); err != nil {
		return nil, err
	}
	data = standard.Forward(data)
	return fit.New(fit.Objective{
		Backend: m.backend, Store: m.store, DType: m.dtype,
		Seed: p.Seed, Steps: p.Steps, Batch: p.Batch,
		Adam:  fit.Adam{LearningRate: p.LearningRate, WarmUp: p.WarmUp, Beta2: p.Beta2, ClipNorm: p.ClipNorm},
		Draw:  func(seed uint64, step int) ([]any, error) { return m.draw(data, seed, step), nil },
		Axes:  append([]int{0}, data.Axes()...),
		Names: []string{"loss", "entropy"},
		Loss: func(scope *model.Scope, in []*Node, _ any) []*Node {
			loss, entropy := m.given(conditionOf(in, 2)).objective(scope, in[0], in[1])
			return []*Node{loss, entropy}
		},
		Offset: -standard.LogDet(),
	}), nil
}

// draw makes the inputs of objective for a step: a batch of the standardised data, and the noise of its momenta; and the
// conditions, if there are some.
func (m *Model) draw(data points.Points, seed uint64, step int) []any {
	p := m.Params
	rng := rand.New(rand.NewPCG(seed, uint64(step)))
	noise := points.New(p.Batch*p.Importance, m.Dim())
	for i := range noise.X {
		noise.X[i] = rng.NormFloat64()
	}
	in := data.Batch(seed, step, p.Batch).Inputs(m.dtype, p.Batch)
	return slices.Insert(in, 1, any(noise.Tensor(m.dtype, noise.N())))
}
