package fit

import (
	"fmt"
	"slices"
	"time"

	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/gradcheck"
	"hgn.local/gomlx_models/nets"
	"hgn.local/gomlx_models/parallel"
)

// Learner minimises an Objective, one step at a time.
type Learner struct {
	objective Objective
	dtype     dtypes.DType // precision of the computation
	devices   parallel.Devices
	programs  map[any]*parallel.Program // keyed by variant
	parts     int                       // of a batch, whose gradients are added up; 0 or 1 means that the batch is one
	pieces    map[any]*pieces           // the programs of trainings in parts, keyed by variant
	seed      uint64                    // of the current attempt
	ahead     chan drawn                // the batch of the next step; nil before the first
	compile   time.Duration

	evaluations map[any]*parallel.Program // of the losses alone, keyed by variant
}

// drawn holds the batch of a step.
type drawn struct {
	seed  uint64
	step  int
	batch []any
	err   error
}

// New prepares a training of the objective.
func New(o Objective) *Learner {
	return &Learner{objective: o, dtype: o.DType, seed: o.Seed, programs: map[any]*parallel.Program{}, pieces: map[any]*pieces{}, evaluations: map[any]*parallel.Program{}}
}

// WithDType makes the learner compute in another precision than that of its inputs, to get reference values. Call it
// before the first step; the model can then be used for nothing else.
func (l *Learner) WithDType(dtype dtypes.DType) *Learner {
	l.dtype = dtype
	return l
}

// UseDevices divides the batches among n devices. Call it before the first step. It fails if the backend has fewer
// devices or if the batch is not a multiple of n.
func (l *Learner) UseDevices(n int) (err error) {
	l.devices, err = parallel.Over(l.objective.Backend, n, l.objective.Batch)
	return err
}

// Rate returns the learning rate of a step.
func (l *Learner) Rate(step int) float64 { return l.objective.Adam.Rate(step, l.objective.Steps) }

// Batch returns the number of examples per step.
func (l *Learner) Batch() int { return l.objective.Batch }

// Reseed draws the batches from another seed from the next step on.
func (l *Learner) Reseed(seed uint64) { l.seed = seed }

// CompileTime returns the total duration of the first step of every variant, including building and compiling its
// graph.
func (l *Learner) CompileTime() time.Duration { return l.compile }

// Compiled tells whether the program of a step exists. A step without one compiles it.
func (l *Learner) Compiled(step int) bool {
	if l.parts > 1 {
		return l.pieces[l.variant(step)] != nil
	}
	return l.programs[l.variant(step)] != nil
}

// Stage returns a comparable value that is equal for steps of the same cost.
func (l *Learner) Stage(step int) any { return l.variant(step) }

// Step does training step number step, counted from 0.
func (l *Learner) Step(step int) (Losses, error) {
	o := l.objective
	batch, err := l.batch(step)
	if err != nil {
		return nil, err
	}
	out, err := l.run(batch, step)
	if err != nil {
		return nil, err
	}
	names := append(slices.Clone(o.Names), GradientNorm)
	if len(out) != len(names) {
		return nil, fmt.Errorf("the objective has %d losses, and names for %d", len(out), len(names))
	}
	losses := Losses{}
	for i, name := range names {
		losses[name] = nets.Float64s(out[i])[0]
	}
	losses[names[0]] += o.Offset
	return losses, nil
}

// run does a step on a batch and returns its losses.
func (l *Learner) run(batch []any, step int) (out []*tensors.Tensor, err error) {
	variant, began := l.variant(step), time.Now()
	if l.parts > 1 {
		p, compiled := l.pieces[variant]
		if !compiled {
			if p, err = l.newPieces(variant); err != nil {
				return nil, err
			}
			l.pieces[variant] = p
			defer func() { l.compile += time.Since(began) }()
		}
		return p.call(batch, l.rate(step))
	}
	program, compiled := l.programs[variant]
	if !compiled {
		if program, err = l.program(variant); err != nil {
			return nil, err
		}
		l.programs[variant] = program
		defer func() { l.compile += time.Since(began) }()
	}
	return program.Call(append(batch, l.rate(step))...)
}

// Gradient summarises the gradient of the first loss at a step. It does not clip the gradient and does not take the
// step.
func (l *Learner) Gradient(step int) (gradcheck.Summary, error) {
	batch, err := l.objective.Draw(l.seed, step)
	if err != nil {
		return gradcheck.Summary{}, err
	}
	return gradcheck.Summarize(l.objective.Backend, l.objective.Store, l.dtype, batch, func(scope *model.Scope, in []*Node) *Node {
		return l.losses(scope, in, l.variant(step))[0]
	})
}

// losses builds the losses from the inputs as they arrive on the device.
func (l *Learner) losses(scope *model.Scope, in []*Node, variant any) []*Node {
	if l.objective.Unpack != nil {
		in = gradcheck.Cast(l.objective.Unpack(in), l.dtype)
	}
	return l.objective.Loss(scope, in, variant)
}

func (l *Learner) variant(step int) any {
	if l.objective.Variant == nil {
		return nil
	}
	return l.objective.Variant(step)
}

// program compiles the training step of a variant. Its last input is the learning rate.
func (l *Learner) program(variant any) (*parallel.Program, error) {
	o := l.objective
	axes := append(slices.Clone(o.Axes), parallel.Replicated)
	return l.devices.Program(o.Backend, o.Store, axes, func(scope *model.Scope, in []*Node) []*Node { return l.update(scope, in, variant) })
}

// update builds a step of Adam and returns the losses.
func (l *Learner) update(scope *model.Scope, in []*Node, variant any) []*Node {
	o := l.objective
	in = gradcheck.Cast(in, l.dtype)
	batch, rate := in[:len(in)-1], in[len(in)-1]
	losses := l.losses(scope, batch, variant)
	return gradcheck.Cast(append(losses, o.Adam.update(scope, losses[0], rate)), o.DType)
}

// rate returns the learning rate of a step as the last input of the step's program.
func (l *Learner) rate(step int) *tensors.Tensor {
	return nets.Tensor(l.objective.DType, []float64{l.Rate(step)})
}

// batch returns the batch of a step, and starts drawing the next one while this one is computed with.
func (l *Learner) batch(step int) ([]any, error) {
	d := drawn{step: -1}
	if l.ahead != nil {
		d = <-l.ahead
	}
	if d.step != step || d.seed != l.seed {
		d.batch, d.err = l.objective.Draw(l.seed, step)
	}
	next, seed := make(chan drawn, 1), l.seed
	l.ahead = next
	go func() {
		batch, err := l.objective.Draw(seed, step+1)
		next <- drawn{seed, step + 1, batch, err}
	}()
	return d.batch, d.err
}

// BuildTime builds and compiles the program of a step without running it, and returns how long the graph took to
// build and the backend to compile it.
func (l *Learner) BuildTime(step int) (build, compile time.Duration, err error) {
	o, variant := l.objective, l.variant(step)
	batch, err := o.Draw(l.seed, step)
	if err != nil {
		return 0, 0, err
	}
	exec, err := model.NewExec(o.Backend, o.Store, func(scope *model.Scope, in []*Node) []*Node {
		began := time.Now()
		defer func() { build = time.Since(began) }()
		return l.update(scope, in, variant)
	})
	if err != nil {
		return 0, 0, err
	}
	defer exec.Finalize()
	var inputs []shapes.Shape
	for _, x := range append(batch, l.rate(step)) {
		whole, err := tensors.FromAnyValue(x)
		if err != nil {
			return 0, 0, err
		}
		inputs = append(inputs, whole.Shape())
	}
	began := time.Now()
	_, err = exec.Compile(inputs...)
	return build, time.Since(began) - build, err
}
