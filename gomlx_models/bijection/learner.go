package bijection

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/params"
	"hgn.local/gomlx_models/points"
)

// Learner prepares the training of m on data, whose batches seed draws. The losses of a step are
//
//	loss      the minimised mean of -log p(x), in nats and in the units of the data
//	gradient  the global norm of the gradient before clipping
func (m *Model) Learner(data points.Points, seed uint64, o Optimisation) (*fit.Learner, error) {
	if err := data.CheckTraining(m.Dim()); err != nil {
		return nil, err
	}
	if err := params.CheckBatch(o.Batch, m.Dim()); err != nil {
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
		Seed: seed, Steps: o.Steps, Batch: o.Batch, Adam: o.adam(),
		Draw: func(seed uint64, step int) ([]any, error) {
			return data.Batch(seed, step, o.Batch).Inputs(m.dtype, o.Batch), nil
		},
		Axes:  data.Axes(),
		Names: []string{"loss"},
		Loss: func(scope *model.Scope, in []*Node, _ any) []*Node {
			return []*Node{Neg(ReduceAllMean(m.logProb(scope, in[0], given(in[1:]))))}
		},
		Offset: -standard.LogDet(),
	}), nil
}
