package fit

import (
	"fmt"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/gradcheck"
	"hgn.local/gomlx_models/nets"
	"hgn.local/gomlx_models/parallel"
)

// Evaluate returns the losses of a step's variant on batches 0 to n-1 of the objective's own seed, averaged. So the
// examples and their random numbers are the same at every step. It computes no gradient and changes nothing. A learner
// of data that another one does not learn from measures that one, if both have the same store.
func (l *Learner) Evaluate(step, n int) (Losses, error) {
	return l.EvaluateOn(l.variant(step), n, func(i int) ([]any, error) { return l.objective.Draw(l.objective.Seed, i) })
}

// EvaluateOn does what Evaluate does, on n batches that draw makes. The losses of the variant must set no variable.
func (l *Learner) EvaluateOn(variant any, n int, draw func(i int) ([]any, error)) (Losses, error) {
	o := l.objective
	program, compiled := l.evaluations[variant]
	if !compiled {
		// The program is one for training, see parallel.Devices.Program, and runs on one device.
		var err error
		program, err = parallel.Devices{}.Program(o.Backend, o.Store, o.Axes, func(scope *model.Scope, in []*Node) []*Node {
			return gradcheck.Cast(l.losses(scope, gradcheck.Cast(in, l.dtype), variant), o.DType)
		})
		if err != nil {
			return nil, err
		}
		l.evaluations[variant] = program
	}
	mean := Losses{}
	for i := range n {
		batch, err := draw(i)
		if err != nil {
			return nil, err
		}
		out, err := program.Call(batch...)
		if err != nil {
			return nil, err
		}
		if len(out) != len(o.Names) {
			return nil, fmt.Errorf("the objective has %d losses, and names for %d", len(out), len(o.Names))
		}
		for k, name := range o.Names {
			mean[name] += nets.Float64s(out[k])[0] / float64(n)
		}
	}
	mean[o.Names[0]] += o.Offset
	return mean, nil
}
