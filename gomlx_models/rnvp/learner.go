package rnvp

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/params"
	"hgn.local/gomlx_models/points"
)

// NewLearner prepares the training of m on data. The losses of a step are
//
//	loss      the minimised mean of -log p(x), in nats and in the units of the data
//	gradient  the global norm of the gradient before clipping
func NewLearner(m *Model, data points.Points) (*fit.Learner, error) {
	p := m.Params
	if err := p.Validate(m.Dim()); err != nil {
		return nil, err
	}
	if err := data.CheckTraining(m.Dim()); err != nil {
		return nil, err
	}
	if err := params.CheckBatch(p.Batch, m.Dim()); err != nil {
		return nil, err
	}
	standard, err := m.standard()
	if err != nil {
		return nil, err
	}
	data = standard.Forward(data)
	return fit.New(fit.Objective{
		Backend: m.backend, Store: m.store, DType: m.dtype,
		Seed: p.Seed, Steps: p.Steps, Batch: p.Batch,
		Adam: fit.Adam{LearningRate: p.LearningRate, WarmUp: p.WarmUp, Beta2: p.Beta2, ReportNorm: true, ClipNorm: p.ClipNorm},
		Draw: func(seed uint64, step int) ([]any, error) {
			return []any{data.Batch(seed, step, p.Batch).Tensor(m.dtype, p.Batch)}, nil
		},
		Axes:  []int{0},
		Names: []string{"loss"},
		Loss: func(scope *model.Scope, in []*Node, _ any) []*Node {
			return []*Node{Neg(ReduceAllMean(m.logProb(scope, in[0])))}
		},
		Offset: -standard.LogDet(),
	}), nil
}
