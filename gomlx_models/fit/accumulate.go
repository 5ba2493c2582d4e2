package fit

import (
	"errors"
	"slices"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/gradcheck"
	"hgn.local/gomlx_models/parallel"
	"hgn.local/gomlx_models/params"
)

// Accumulate cuts every batch into n equal parts, computes the gradients of one part after the other, and takes one step
// with their mean: the step of the whole batch, to rounding, in the memory of a part. Call it before the first step, and
// after UseDevices, which divides every part. It fails if the batch does not divide so, or if the losses are not means
// over the batch.
func (l *Learner) Accumulate(n int) error {
	switch o := l.objective; {
	case n < 1:
		return params.Errorf("a batch has at least 1 part, not %d", n)
	case n > 1 && o.Whole != "":
		return params.Errorf("gradients cannot be added up over parts of a batch: %s", o.Whole)
	case o.Batch%(n*l.devices.N()) != 0:
		return params.Errorf("a batch of %d cannot be cut into %d equal parts for %d devices: choose a batch that is a multiple of %d", o.Batch, n, l.devices.N(), n*l.devices.N())
	}
	l.parts = n
	return nil
}

// pieces is a training step in parts, for one variant. part computes the losses and the gradients of a part of the batch,
// sum adds these up, and step takes the step with their means.
type pieces struct {
	learner         *Learner
	part, sum, step *parallel.Program // sum and step are nil until the first part says how many gradients there are
	used            []string          // paths of the variables whose gradients part returns, in order
}

// newPieces prepares the step of a variant.
func (l *Learner) newPieces(variant any) (*pieces, error) {
	o, p := l.objective, &pieces{learner: l}
	var err error
	p.part, err = l.devices.Program(o.Backend, o.Store, o.Axes, func(scope *model.Scope, in []*Node) []*Node {
		losses := l.losses(scope, gradcheck.Cast(in, l.dtype), variant)
		p.used = nil
		for v := range scope.IterVariables() {
			if v.Trainable && v.InUseByGraph(in[0].Graph()) {
				p.used = append(p.used, v.Path())
			}
		}
		return append(losses, scope.BuildTrainableVariablesGradientsGraph(losses[0])...)
	})
	return p, err
}

// prepare compiles sum and step for as many losses and gradients together.
func (p *pieces) prepare(values int) (err error) {
	l, o := p.learner, p.learner.objective
	axes := slices.Repeat([]int{parallel.Replicated}, 2*values)
	if p.sum, err = l.devices.Program(o.Backend, o.Store, axes, func(_ *model.Scope, in []*Node) []*Node {
		sums := make([]*Node, values)
		for i := range sums {
			sums[i] = Add(in[i], in[values+i])
		}
		return sums
	}); err != nil {
		return err
	}
	p.step, err = l.devices.Program(o.Backend, o.Store, axes[:values+1], func(scope *model.Scope, in []*Node) []*Node {
		rate, means := ConvertDType(in[values], l.dtype), make([]*Node, values)
		for i := range means {
			means[i] = DivScalar(in[i], float64(l.parts))
		}
		for _, path := range p.used { // makes the graph use them, as Adam expects
			scope.Store().GetVariable(path).NodeValue(rate.Graph())
		}
		losses := append(slices.Clone(means[:len(o.Names)]), o.Adam.apply(scope, means[len(o.Names):], rate))
		return gradcheck.Cast(losses, o.DType)
	})
	return err
}

// call does a step on a batch.
func (p *pieces) call(batch []any, rate *tensors.Tensor) ([]*tensors.Tensor, error) {
	l := p.learner
	cut := l.objective.Cut
	if cut == nil {
		cut = func(batch []any, k, n int) ([]any, error) { return cutBatch(batch, l.objective.Axes, k, n) }
	}
	var total []any
	for k := range l.parts {
		part, err := cut(batch, k, l.parts)
		if err != nil {
			return nil, err
		}
		out, err := p.part.Call(part...)
		if err != nil {
			return nil, err
		}
		if p.sum == nil {
			if err := p.prepare(len(out)); err != nil {
				return nil, err
			}
		}
		if more := anys(out); k == 0 {
			total = more
		} else if out, err = p.sum.Call(append(total, more...)...); err != nil {
			return nil, err
		} else {
			total = anys(out)
		}
	}
	return p.step.Call(append(total, rate)...)
}

func anys(all []*tensors.Tensor) []any {
	out := make([]any, len(all))
	for i, t := range all {
		out[i] = t
	}
	return out
}

// cutBatch returns part k of n equal parts of every input, along its batch axis. An input that every device gets as a whole
// stays as it is.
func cutBatch(batch []any, axes []int, k, n int) ([]any, error) {
	out := make([]any, len(batch))
	for i, x := range batch {
		whole, err := tensors.FromAnyValue(x)
		if err != nil {
			return nil, err
		}
		if out[i] = whole; axes[i] == parallel.Replicated {
			continue
		}
		rows := whole.Shape().Dimensions[axes[i]] / n
		order := make([]int, rows)
		for j := range order {
			order[j] = k*rows + j
		}
		if out[i], err = Take(whole, axes[i], order); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Take returns the slices of a tensor with the given numbers along an axis.
func Take(x *tensors.Tensor, axis int, numbers []int) (*tensors.Tensor, error) {
	shape := x.Shape().Clone()
	outer, inner := 1, int(shape.DType.Size())
	for i, d := range shape.Dimensions {
		if i < axis {
			outer *= d
		} else if i > axis {
			inner *= d
		}
	}
	n := shape.Dimensions[axis]
	shape.Dimensions[axis] = len(numbers)
	out := tensors.FromShape(shape)
	var inside error
	err := out.MutableBytes(func(to []byte) {
		inside = x.ConstBytes(func(from []byte) {
			for i := range outer {
				for j, number := range numbers {
					copy(to[(i*len(numbers)+j)*inner:][:inner], from[(i*n+number)*inner:])
				}
			}
		})
	})
	return out, errors.Join(err, inside)
}
