package integrate

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/phase"
)

// Trajectory is a rollout compiled once for each shape of state, whose dt is an input: any sign, any size and any
// length run the same program. A long trajectory calls it repeatedly, chunk steps at a time.
//
// If H is not separable, the steps of a splitting method solve equations. If some in a chunk are not solved up to a
// residual of 1e-5, or 1e-12 in float64, a program with many more iterations repeats the chunk step by step.
type Trajectory struct {
	in    Integrator
	fast  *model.Exec // chunk steps
	sure  *model.Exec // one step, with manyIterations
	chunk int

	mu       sync.Mutex
	residual float64
}

// NewTrajectory prepares a program of chunk steps. It calls dynamics while it builds the graph, with the root scope
// of store, which holds the parameters of a learned H; an H without parameters ignores it, and an empty store
// suffices.
func NewTrajectory(backend compute.Backend, store *model.Store, in Integrator,
	dynamics func(*model.Scope) phase.Dynamics, chunk int) (*Trajectory, error) {
	if chunk < 1 {
		return nil, fmt.Errorf("a trajectory is compiled in chunks of at least 1 step, not %d", chunk)
	}
	// The program returns the last state a second time by itself, ready to be the next call's input.
	program := func(in Integrator, steps int) (*model.Exec, error) {
		return model.NewExec(backend, store, func(scope *model.Scope, q, p, dt *Node) []*Node {
			path, residual := PathAndResidual(in, dynamics(scope), phase.State{Q: q, P: p}, dt, steps, nil)
			from := func(x *Node, step int) *Node { return Slice(x, AxisRange(step)) }
			last := func(x *Node) *Node { return Reshape(from(x, steps), q.Shape().Dimensions...) }
			out := []*Node{from(path.Q, 1), from(path.P, 1), last(path.Q), last(path.P)}
			if residual != nil {
				out = append(out, ConvertDType(from(residual, 1), dtypes.Float64))
			}
			return out
		})
	}
	t := &Trajectory{in: in, chunk: chunk}
	var err error
	if t.fast, err = program(in, chunk); err != nil {
		return nil, fmt.Errorf("preparing a trajectory: %w", err)
	}
	if m, splitting := in.(Splitting); splitting {
		if t.sure, err = program(m.WithIterations(max(manyIterations, m.iterations)), 1); err != nil {
			return nil, fmt.Errorf("preparing a trajectory: %w", err)
		}
	}
	return t, nil
}

// Residual returns the largest residual of implicit equations in all runs so far: |f(x) - x|/(1 + |f(x)|) of the last
// iterate but one of x = f(x). It is 0 if nothing is implicit.
func (t *Trajectory) Residual() float64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.residual
}

// Run integrates steps steps of dt from (q, p), two tensors of one shape [batch, ...] and dtype. dt has the same
// dtype and is a scalar, or [batch, 1, ...] with one value a row. Run returns the steps+1 states as tensors
// [steps+1, batch, ...], the start first.
//
// If an implicit equation is not solved, Run returns an error that names the step and the residual.
func (t *Trajectory) Run(q, p, dt *tensors.Tensor, steps int) (qs, ps *tensors.Tensor, err error) {
	if steps < 0 {
		return nil, nil, fmt.Errorf("a trajectory cannot have %d steps: to run backwards in time, give a negative dt", steps)
	}
	if err := check(q.Shape(), p.Shape(), dt.Shape()); err != nil {
		return nil, nil, err
	}
	shape := q.Shape().Clone()
	shape.Dimensions = append([]int{steps + 1}, shape.Dimensions...)
	qs, ps = tensors.FromShape(shape), tensors.FromShape(shape)
	if err := errors.Join(write(qs, 0, q), write(ps, 0, p)); err != nil {
		return nil, nil, err
	}
	few, many := tolerance(q.DType())
	careful := 0 // the step up to which the sure program runs
	for done := 0; done < steps; {
		exec, n := t.fast, min(t.chunk, steps-done)
		if done < careful {
			exec, n = t.sure, 1
		}
		out, err := exec.Call(q, p, dt)
		if err != nil {
			return nil, nil, fmt.Errorf("integrating steps %d to %d: %w", done+1, done+n, err)
		}
		if len(out) > 4 { // the method has implicit equations
			residual := slices.Max(tensors.MustCopyFlatData[float64](out[4])[:n])
			switch {
			case done < careful && residual > many:
				return nil, nil, unsolved(t.in, done+1, steps, residual, many)
			case done >= careful && residual > few:
				careful = done + n
				continue
			}
			t.note(residual)
		}
		if err := errors.Join(write(qs, done+1, out[0]), write(ps, done+1, out[1])); err != nil {
			return nil, nil, err
		}
		q, p, done = out[2], out[3], done+n
	}
	return qs, ps, nil
}

func unsolved(in Integrator, step, steps int, residual, most float64) error {
	return fmt.Errorf("step %d of %d has no solution: the implicit equation of %s is left with the residual %.2g after %d iterations, not %.0e or less; "+
		"take a smaller dt, or the integrator %s, which is explicit", step, steps, in.Name(), residual, manyIterations, most, RK4.Name())
}

// note updates the largest residual.
func (t *Trajectory) note(residual float64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.residual = max(t.residual, residual)
}

// write copies states, one or a chunk of them, into the stack dst from index at on. It omits states beyond the end of
// dst, the surplus of the last chunk.
func write(dst *tensors.Tensor, at int, states *tensors.Tensor) error {
	var inner error
	outer := dst.MutableBytes(func(to []byte) {
		one := len(to) / dst.Shape().Dimensions[0]
		inner = states.ConstBytes(func(from []byte) { copy(to[at*one:], from) })
	})
	return errors.Join(outer, inner)
}
