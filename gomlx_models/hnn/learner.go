package hnn

import (
	"errors"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/params"
	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/phase"
)

// NewLearner prepares the training of m on videos. The losses of a step are
//
//	loss  the minimised sum
//	mse   pixel MSE of the reconstructed pairs
//	hnn   violation of Hamilton's equations, without its weight
//	cc    difference between p and dq/dt, without its weight
func NewLearner(m *Model, videos video.Clips) (*fit.Learner, error) {
	p := m.Params
	if err := errors.Join(p.Validate(videos.Shape), videos.Check(m.Video), params.CheckBatch(p.Batch, 2*max(p.Pairs, 1)*videos.Shape.Pixels())); err != nil {
		return nil, err
	}
	var seen *video.Pooled // of all videos, if that saves more time than it costs memory
	if videos.InMemory() && p.Pool > 1 {
		pooled := video.Pool(videos, p.Pool)
		seen = &pooled
	}
	o := p.objective()
	o.Backend, o.Store = m.backend, m.store
	o.Draw = func(seed uint64, step int) ([]any, error) { return draw(p, videos, seen, seed, step) }
	o.Unpack = unpack
	o.Axes, o.Names = []int{1, 0, 0}, lossNames
	o.Cut = cut
	o.Loss = func(scope *model.Scope, in []*Node, _ any) []*Node {
		loss, mse, hnn, cc := m.objective(scope, Squeeze(in[0], -1), in[1], in[2])
		return []*Node{loss, mse, hnn, cc}
	}
	return fit.New(o), nil
}

// NewStatesLearner prepares the training of m on samples. The losses of a step have the names of [NewLearner]: "loss"
// and "hnn" measure how far the field is from the samples' derivatives, and the others are zero.
func NewStatesLearner(m *StatesModel, samples Samples) (*fit.Learner, error) {
	p := m.Params
	if err := errors.Join(p.validate(), samples.check(m.Dim), params.CheckBatch(p.Batch, 4*m.Dim)); err != nil {
		return nil, err
	}
	o := p.objective()
	o.Backend, o.Store = m.backend, m.store
	o.Draw = func(seed uint64, step int) ([]any, error) { return samples.draw(p, seed, step), nil }
	o.Axes, o.Names = []int{0, 0, 0, 0}, lossNames
	o.Loss = func(scope *model.Scope, in []*Node, _ any) []*Node {
		loss := mismatch(m.hamiltonian(scope), phase.State{Q: in[0], P: in[1]}, phase.State{Q: in[2], P: in[3]})
		return []*Node{loss, ZerosLike(loss), loss, ZerosLike(loss)}
	}
	return fit.New(o), nil
}

// lossNames lists the losses, which are the same for every variant.
var lossNames = []string{"loss", "mse", "hnn", "cc"}

// objective returns the settings that all variants share.
func (p Params) objective() fit.Objective {
	return fit.Objective{
		DType: dtypes.Float32, Seed: p.Seed, Steps: p.Steps, Batch: p.Batch,
		Adam: fit.Adam{LearningRate: p.LearningRate, WarmUp: p.WarmUp, Beta2: p.Beta2},
	}
}
