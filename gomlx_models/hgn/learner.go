package hgn

import (
	"errors"
	"math"
	"time"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"github.com/gomlx/gomlx/ml/train/optimizer"

	"hgn.local/gomlx_models/parallel"
	"hgn.local/gomlx_models/probe"
	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/integrate"
)

// Learner trains a Model on videos, one step at a time. The state of a training is the model's store
// and the number of steps done, nothing else.
type Learner struct {
	model   *Model
	batches *batcher
	steps   map[kind]*parallel.Program
	devices parallel.Devices
	next    chan drawn // the batch being drawn ahead
	compile time.Duration
	attempt int
	dtype   dtypes.DType
}

type drawn struct {
	seed         uint64
	step, unroll int
	batch        batch
	err          error
}

// Losses of one training step.
type Losses struct {
	Loss    float64 // what is minimised
	MSE     float64 // pixel MSE of the decoded frames
	KL      float64 // nats
	Moments float64 // share of the pictures' first moments that is not linear in q, see moments
	Rate    float64 // learning rate
}

// NewLearner prepares the training of m on videos.
func NewLearner(m *Model, videos video.Clips) (*Learner, error) {
	if err := errors.Join(m.Params.Validate(videos.Shape), videos.Check(m.Video)); err != nil {
		return nil, err
	}
	return &Learner{
		model:   m,
		batches: newBatcher(m.Params, videos),
		steps:   map[kind]*parallel.Program{},
		dtype:   dtypes.Float32,
	}, nil
}

// Double has a learner that did no step yet train in float64, for what single precision is compared with. The model can
// then be used for nothing else.
func (l *Learner) Double() *Learner {
	l.dtype = dtypes.Float64
	return l
}

// Spread has a learner that did no step yet divide its batches among several devices.
func (l *Learner) Spread(devices int) (err error) {
	l.devices, err = parallel.Over(l.model.backend, devices, l.model.Params.Batch)
	return err
}

// Gradient summarises the objective's gradient at a step, without doing the step. (GECO's running violation takes note of it.)
func (l *Learner) Gradient(step int) (probe.Summary, error) {
	k := l.kind(step)
	b, err := l.batches.draw(l.seed(), step, l.Unroll(step))
	if err != nil {
		return probe.Summary{}, err
	}
	inputs := []any{b.video, b.noise, b.target, b.index, tensors.FromScalar(float32(l.beta(step))), l.until(step)}
	return probe.Of(l.model.backend, l.model.store, l.dtype, inputs, func(scope *model.Scope, in []*Node) *Node {
		loss, _, _, _ := l.model.objective(scope, in[0], in[1], in[2], in[3], in[4], l.limit(in[5]), k)
		return loss
	})
}

// Unroll is how many frames each way are unrolled at a step (the curriculum).
func (l *Learner) Unroll(step int) int {
	p, v := l.model.Params, l.model.Video
	all := p.Window(v)
	for _, s := range p.Curriculum {
		if float64(step) < s.Until*float64(p.Steps) {
			return min(s.Unroll, all)
		}
	}
	return all
}

// kind is that of a step. On a backend with loops one program unrolls to any length, see until.
func (l *Learner) kind(step int) kind {
	k := kind{l.Unroll(step), l.Sharp(step)}
	if integrate.Loops(l.model.backend) {
		k.unroll = l.model.Params.Window(l.model.Video)
	}
	return k
}

// until is the input that says how far a step unrolls; limit is it where a program listens to it.
func (l *Learner) until(step int) *tensors.Tensor { return tensors.FromScalar(int32(l.Unroll(step))) }

func (l *Learner) limit(until *Node) *Node {
	if integrate.Loops(l.model.backend) {
		return until
	}
	return nil
}

// Sharp tells whether the decoder is trained to draw single frames rather than their mean over the noise.
func (l *Learner) Sharp(step int) bool {
	return float64(step) >= (1-l.model.Params.Sharpen)*float64(l.model.Params.Steps)
}

// rate is the learning rate of a step: a linear warm-up, then half a cosine down to 0.5% of the peak, or the peak.
func (l *Learner) rate(step int) float64 {
	p := l.model.Params
	done := float64(step) / float64(p.Steps)
	rate := p.LearningRate
	if p.Schedule == "cosine" {
		rate *= 0.5*(1+math.Cos(math.Pi*math.Min(done, 1))) + 0.005
	}
	if done < p.WarmUp {
		rate *= (done + 1/float64(p.Steps)) / p.WarmUp
	}
	return rate
}

// beta is the weight of the KL divergence at a step: it may rise from 0.
func (l *Learner) beta(step int) float64 {
	p := l.model.Params
	if rise := p.Anneal * float64(p.Steps); float64(step) < rise {
		return p.Beta * float64(step) / rise
	}
	return p.Beta
}

// Step does training step number step, counted from 0.
func (l *Learner) Step(step int) (Losses, error) {
	k := l.kind(step)
	program, compiled := l.steps[k]
	if !compiled {
		var err error
		if program, err = l.program(k); err != nil {
			return Losses{}, err
		}
		l.steps[k] = program
	}
	b, err := l.batch(step, l.Unroll(step))
	if err != nil {
		return Losses{}, err
	}
	began := time.Now()
	rate := l.rate(step)
	out, err := program.Call(b.video, b.noise, b.target, b.index, tensors.FromScalar(float32(l.beta(step))), l.until(step), tensors.FromScalar(float32(rate)))
	if err != nil {
		return Losses{}, err
	}
	if !compiled {
		l.compile += time.Since(began)
	}
	scalar := func(i int) float64 { return float64(tensors.ToScalar[float32](out[i])) }
	return Losses{Loss: scalar(0), MSE: scalar(1), KL: scalar(2), Moments: scalar(3), Rate: rate}, nil
}

// stepAxes are the batch axes of a step's inputs: those of objective, and the learning rate.
var stepAxes = []int{1, 0, 0, 0, parallel.Replicated, parallel.Replicated, parallel.Replicated}

// program is that of one step of a kind.
func (l *Learner) program(k kind) (*parallel.Program, error) {
	return l.devices.Program(l.model.backend, l.model.store, stepAxes, func(scope *model.Scope, in []*Node) []*Node {
		return l.update(scope, in, k)
	})
}

// update is one step of Adam on the objective.
func (l *Learner) update(scope *model.Scope, in []*Node, k kind) []*Node {
	p := l.model.Params
	in = probe.Cast(in, l.dtype)
	video, noise, target, index, beta, until, rate := in[0], in[1], in[2], in[3], in[4], l.limit(in[5]), in[6]
	loss, mse, kl, unexplained := l.model.objective(scope, video, noise, target, index, beta, until, k)
	optimizer.LearningRateVar(scope, loss.DType(), p.LearningRate).SetNodeValue(rate)
	optimizer.Adam().LearningRate(p.LearningRate).Betas(0.9, p.Beta2).Done().UpdateGraph(scope, loss.Graph(), loss)
	return probe.Cast([]*Node{loss, mse, kl, unexplained}, dtypes.Float32)
}

// batch returns the batch of a step, and has the next one drawn while this one is computed with.
func (l *Learner) batch(step, unroll int) (batch, error) {
	var b batch
	var err error
	ready := false
	if l.next != nil {
		d := <-l.next
		b, err, ready = d.batch, d.err, d.seed == l.seed() && d.step == step && d.unroll == unroll
	}
	if !ready {
		b, err = l.batches.draw(l.seed(), step, unroll)
	}
	next := make(chan drawn, 1)
	l.next = next
	following, seed := l.Unroll(step+1), l.seed()
	go func() {
		b, err := l.batches.draw(seed, step+1, following)
		next <- drawn{seed, step + 1, following, b, err}
	}()
	return b, err
}

// Restart begins again from other initial weights and batches: attempt 1 is the first restart.
func (l *Learner) Restart(attempt int) error {
	l.attempt = attempt
	return l.model.reset(l.seed())
}

// seed is that of the present attempt.
func (l *Learner) seed() uint64 { return l.model.Params.Seed + uint64(l.attempt)<<32 }

// CompileTime is the time that the first calls of the programs took, a step each included.
func (l *Learner) CompileTime() time.Duration { return l.compile }
