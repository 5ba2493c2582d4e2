package hgn

import (
	"errors"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/parallel"
	"hgn.local/gomlx_models/params"
	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/integrate"
)

// Learner trains a Model on videos. A step returns the losses
//
//	loss     the minimised objective
//	mse      pixel MSE of the decoded frames
//	kl       KL divergence of q(z|x) from the prior, in nats
//	moments  share of the pictures' first moments that is not linear in q, see moments
//	gradient the global norm of the gradient, before clipping
//	residual what the implicit equations of a metric or a joint H are left with, see Solved; only with these
type Learner struct {
	*fit.Learner
	model   *Model
	videos  video.Clips
	heldOut video.Clips // the videos from which friction=auto decides
	batches *batcher
	attempt int
}

// NewLearner prepares the training of m on videos.
func NewLearner(m *Model, videos video.Clips) (*Learner, error) {
	p := m.Params
	if err := errors.Join(p.Validate(videos.Shape), videos.Check(m.Video), params.CheckBatch(p.Batch, videos.Shape.Frames*videos.Shape.Pixels())); err != nil {
		return nil, err
	}
	l := &Learner{model: m, videos: videos}
	learnt, axes := videos, []int{1, 0, 0, 0, parallel.Replicated, parallel.Replicated}
	if p.Friction == "auto" {
		var err error
		if learnt, l.heldOut, err = holdOut(videos); err != nil {
			return nil, err
		}
	}
	if err := m.checkGiven(videos); err != nil {
		return nil, err
	}
	if p.Friction != noFriction {
		axes = append(axes, 0)
	}
	if m.given() {
		axes = append(axes, 0)
	}
	names := []string{"loss", "mse", "kl", "moments"}
	if m.implicit() {
		names = append(names, "residual")
	}
	l.batches = newBatcher(p, learnt)
	l.Learner = fit.New(fit.Objective{
		Backend: m.backend, Store: m.store, DType: dtypes.Float32,
		Seed: p.Seed, Steps: p.Steps, Batch: p.Batch,
		Adam: fit.Adam{LearningRate: p.LearningRate, WarmUp: p.WarmUp, Constant: p.Schedule != "cosine", Beta2: p.Beta2, ClipNorm: p.Clip()},
		Draw: func(seed uint64, step int) ([]any, error) { return l.draw(seed, step, step) },
		Axes: axes, Cut: p.cutter(p.ways(videos.Shape)), Whole: p.whole(),
		Unpack: func(in []*Node) []*Node {
			return append([]*Node{video.Seen(in[0]), in[1], video.Units(in[2])}, in[3:]...)
		},
		Names:   names,
		Variant: func(step int) any { return l.kind(step) },
		Loss: func(scope *model.Scope, in []*Node, variant any) []*Node {
			var sense, constants *Node
			until, more := in[5], in[6:]
			if p.Friction != noFriction {
				sense, more = more[0], more[1:]
			}
			if m.given() {
				constants = more[0]
			}
			if !integrate.Loops(m.backend) {
				until = nil
			}
			loss, mse, kl, unexplained, residual := m.objective(scope, in[0], in[1], in[2], in[3], in[4], until, sense, constants, variant.(kind))
			return []*Node{loss, mse, kl, unexplained, residual}[:len(names)]
		},
	})
	return l, nil
}

// draw makes the inputs of a training step from batch number batch of a seed.
func (l *Learner) draw(seed uint64, batch, step int) ([]any, error) {
	b, err := l.batches.draw(seed, batch, l.Unroll(step))
	inputs := []any{b.video, b.noise, b.target, b.index, tensors.FromScalar(float32(l.beta(step))), tensors.FromScalar(int32(l.Unroll(step)))}
	if l.model.Params.Friction != noFriction {
		inputs = append(inputs, b.sense)
	}
	if l.model.given() {
		inputs = append(inputs, b.constants)
	}
	return inputs, err
}

// Evaluate returns the losses of a step on batches 0 to n-1 of the parameters' seed, averaged; see fit.Learner. The
// batches unroll as far as the step does.
func (l *Learner) Evaluate(step, n int) (fit.Losses, error) {
	k := l.kind(step)
	k.frozen = true
	return l.EvaluateOn(k, n, func(i int) ([]any, error) { return l.draw(l.model.Params.Seed, i, step) })
}

// Stage returns a comparable value that is equal for steps of the same cost.
func (l *Learner) Stage(step int) any { return kind{unroll: l.Unroll(step), sharp: l.Sharp(step)} }

// Unroll returns how many frames each way the model unrolls at a step (the curriculum).
func (l *Learner) Unroll(step int) int {
	p := l.model.Params
	all := p.Window(l.model.Video)
	for _, s := range p.Curriculum {
		if step < s.End(p.Steps) {
			return min(s.Unroll, all)
		}
	}
	return all
}

// kind returns the kind of a step. On a backend with loops one program unrolls to any length.
func (l *Learner) kind(step int) kind {
	k := kind{unroll: l.Unroll(step), sharp: l.Sharp(step)}
	if integrate.Loops(l.model.backend) {
		k.unroll = l.model.Params.Window(l.model.Video)
	}
	return k
}

// Sharp tells whether the decoder learns to draw single frames at this step rather than their mean over the noise.
func (l *Learner) Sharp(step int) bool {
	return float64(step) >= (1-l.model.Params.Sharpen)*float64(l.model.Params.Steps)
}

// beta returns the weight of the KL divergence at a step: it may rise from 0.
func (l *Learner) beta(step int) float64 {
	p := l.model.Params
	if rise := p.Anneal * float64(p.Steps); float64(step) < rise {
		return p.Beta * float64(step) / rise
	}
	return p.Beta
}

// Restart begins again with other initial weights and batches: attempt 1 is the first restart.
func (l *Learner) Restart(attempt int) error {
	l.attempt = attempt
	seed := l.model.Params.Seed + uint64(attempt)<<32
	l.Reseed(seed)
	return l.model.reset(seed)
}
