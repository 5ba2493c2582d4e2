package integrate

import (
	"errors"
	"fmt"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/phase"
)

// Trajectory is a rollout compiled once for each shape of state, whose dt is an input: any sign, any
// size and any length run the same program. A long trajectory calls it repeatedly, chunk steps at a
// time.
type Trajectory struct {
	exec  *model.Exec
	chunk int
}

// NewTrajectory prepares a program of chunk steps. hamiltonian is called while the graph is built,
// with the root scope of store, where the parameters of a learned H live; an H without parameters
// ignores it and an empty store will do.
func NewTrajectory(backend compute.Backend, store *model.Store, in Integrator,
	hamiltonian func(*model.Scope) phase.Hamiltonian, chunk int) (*Trajectory, error) {
	if chunk < 1 {
		return nil, fmt.Errorf("a trajectory is compiled in chunks of at least 1 step, not %d", chunk)
	}
	// The last state comes out a second time by itself, ready to be the next call's input.
	exec, err := model.NewExec(backend, store, func(scope *model.Scope, q, p, dt *Node) []*Node {
		path := Path(in, hamiltonian(scope), phase.State{Q: q, P: p}, dt, chunk, nil)
		from := func(x *Node, step int) *Node { return Slice(x, AxisRange(step)) }
		last := func(x *Node) *Node { return Reshape(from(x, chunk), q.Shape().Dimensions...) }
		return []*Node{from(path.Q, 1), from(path.P, 1), last(path.Q), last(path.P)}
	})
	if err != nil {
		return nil, fmt.Errorf("preparing a trajectory: %w", err)
	}
	return &Trajectory{exec: exec, chunk: chunk}, nil
}

// Run integrates steps steps of dt from (q, p), two tensors of one shape [batch, ...] and dtype. dt
// has that dtype too and is a scalar, or [batch, 1, ...] with one value a row. Run returns the steps+1
// states as tensors [steps+1, batch, ...], the start first.
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
	for done := 0; done < steps; done += t.chunk {
		out, err := t.exec.Call(q, p, dt)
		if err != nil {
			return nil, nil, fmt.Errorf("integrating steps %d to %d: %w", done+1, done+t.chunk, err)
		}
		if err := errors.Join(write(qs, done+1, out[0]), write(ps, done+1, out[1])); err != nil {
			return nil, nil, err
		}
		q, p = out[2], out[3]
	}
	return qs, ps, nil
}

// write copies states, one or a chunk of them, into the stack dst from index at on. What would reach
// beyond the end of dst, the surplus of the last chunk, is left out.
func write(dst *tensors.Tensor, at int, states *tensors.Tensor) error {
	var inner error
	outer := dst.MutableBytes(func(to []byte) {
		one := len(to) / dst.Shape().Dimensions[0]
		inner = states.ConstBytes(func(from []byte) { copy(to[at*one:], from) })
	})
	return errors.Join(outer, inner)
}
