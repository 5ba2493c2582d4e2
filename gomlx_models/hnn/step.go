package hnn

import (
	"math"
	"slices"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/train/optimizer"

	"hgn.local/gomlx_models/parallel"
	"hgn.local/gomlx_models/probe"
)

// Losses of one training step. Of the variants of states, Loss and HNN are the same and the next two zero.
type Losses struct {
	Loss float64 // what is minimised
	MSE  float64 // pixel MSE of the reconstructed pairs
	HNN  float64 // how much Hamilton's equations are missed, without its weight
	CC   float64 // how much p differs from dq/dt, without its weight
	Rate float64 // learning rate
}

// rate is the learning rate of a step: a linear warm-up, then half a cosine down to 0.5% of the peak.
func (p Params) rate(step int) float64 {
	done := float64(step) / float64(p.Steps)
	rate := p.LearningRate * (0.5*(1+math.Cos(math.Pi*math.Min(done, 1))) + 0.005)
	if done < p.WarmUp {
		rate *= (done + 1/float64(p.Steps)) / p.WarmUp
	}
	return rate
}

// stepper does steps of Adam on the first of some losses, and measures its gradient.
type stepper struct {
	backend compute.Backend
	store   *model.Store
	params  Params
	losses  func(scope *model.Scope, in []*Node) []*Node // from a batch
	axes    []int                                        // batch axes of a batch's tensors
	dtype   dtypes.DType
	devices parallel.Devices
	program *parallel.Program
}

func newStepper(backend compute.Backend, store *model.Store, p Params, axes []int, losses func(scope *model.Scope, in []*Node) []*Node) *stepper {
	return &stepper{backend: backend, store: store, params: p, losses: losses, axes: axes, dtype: dtypes.Float32}
}

// spread has a stepper that did no step yet divide its batches among several devices.
func (s *stepper) spread(devices int) (err error) {
	s.devices, err = parallel.Over(s.backend, devices, s.params.Batch)
	return err
}

// compile makes the program of a step, whose last input is the learning rate.
func (s *stepper) compile() (err error) {
	adam := optimizer.Adam().LearningRate(s.params.LearningRate).Betas(0.9, s.params.Beta2).Done()
	axes := append(slices.Clone(s.axes), parallel.Replicated)
	s.program, err = s.devices.Program(s.backend, s.store, axes, func(scope *model.Scope, in []*Node) []*Node {
		in = probe.Cast(in, s.dtype)
		last := len(in) - 1
		out := s.losses(scope, in[:last])
		optimizer.LearningRateVar(scope, out[0].DType(), s.params.LearningRate).SetNodeValue(in[last])
		adam.UpdateGraph(scope, out[0].Graph(), out[0])
		return probe.Cast(out, dtypes.Float32)
	})
	return err
}

// gradient summarises the gradient on a batch, without doing a step.
func (s *stepper) gradient(batch []any) (probe.Summary, error) {
	return probe.Of(s.backend, s.store, s.dtype, batch, func(scope *model.Scope, in []*Node) *Node { return s.losses(scope, in)[0] })
}

// step does a step on a batch and returns the losses as numbers.
func (s *stepper) step(batch []any, rate float64) ([]float64, error) {
	if s.program == nil {
		if err := s.compile(); err != nil {
			return nil, err
		}
	}
	out, err := s.program.Call(append(batch, tensors.FromScalar(float32(rate)))...)
	if err != nil {
		return nil, err
	}
	losses := make([]float64, len(out))
	for i, o := range out {
		losses[i] = float64(tensors.ToScalar[float32](o))
	}
	return losses, nil
}

// ahead draws the batch of each step while the step before it is computed. What is drawn must depend on the step alone.
type ahead struct {
	draw func(step int) ([]any, error)
	next chan drawn
}

type drawn struct {
	step  int
	batch []any
	err   error
}

// batch is that of a step.
func (a *ahead) batch(step int) ([]any, error) {
	d := drawn{step: -1}
	if a.next != nil {
		d = <-a.next
	}
	if d.step != step {
		d.batch, d.err = a.draw(step)
	}
	next := make(chan drawn, 1)
	a.next = next
	go func() {
		batch, err := a.draw(step + 1)
		next <- drawn{step + 1, batch, err}
	}()
	return d.batch, d.err
}
