package integrate

import (
	"fmt"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/phase"
)

// Trajectory is a rollout compiled once, whose dt is an input: any sign, any size and any length
// run the same program. A long trajectory calls it repeatedly, chunk steps at a time.
type Trajectory struct {
	exec  *model.Exec
	chunk int
}

// NewTrajectory prepares a program of chunk steps. hamiltonian is called while the graph is built,
// with the root scope of store, where the parameters of a learned H live; an H without parameters
// ignores it and an empty store will do.
func NewTrajectory(backend compute.Backend, store *model.Store, in Integrator,
	hamiltonian func(*model.Scope) phase.Separable, chunk int) (*Trajectory, error) {
	if chunk < 1 {
		return nil, fmt.Errorf("a trajectory is compiled in chunks of at least 1 step, not %d", chunk)
	}
	exec, err := model.NewExec(backend, store, func(scope *model.Scope, q, p, dt *Node) []*Node {
		states := Rollout(in, hamiltonian(scope), phase.State{Q: q, P: p}, dt, chunk)
		var qs, ps []*Node
		for _, s := range states[1:] {
			qs, ps = append(qs, s.Q), append(ps, s.P)
		}
		return []*Node{Stack(qs, 0), Stack(ps, 0)}
	})
	if err != nil {
		return nil, err
	}
	return &Trajectory{exec: exec, chunk: chunk}, nil
}

// Run integrates steps steps from (q, p), two tensors of the same shape [batch, ...] and dtype, and
// dt, a scalar tensor of that dtype. It returns the steps+1 states as tensors [steps+1, batch, ...],
// the start first.
func (t *Trajectory) Run(q, p, dt *tensors.Tensor, steps int) (qs, ps *tensors.Tensor, err error) {
	if steps < 0 {
		return nil, nil, fmt.Errorf("a trajectory needs a number of steps that is not negative, got %d; time runs backwards with a negative dt", steps)
	}
	if !q.Shape().Equal(p.Shape()) {
		return nil, nil, fmt.Errorf("q has shape %s but p has %s: they must be equal", q.Shape(), p.Shape())
	}
	shape := q.Shape().Clone()
	shape.Dimensions = append([]int{steps + 1}, shape.Dimensions...)
	qs, ps = tensors.FromShape(shape), tensors.FromShape(shape)
	if err := errorsFirst(copyRows(qs, 0, q, 0, 1), copyRows(ps, 0, p, 0, 1)); err != nil {
		return nil, nil, err
	}
	for done := 0; done < steps; done += t.chunk {
		out, err := t.exec.Call(q, p, dt)
		if err != nil {
			return nil, nil, err
		}
		n := min(t.chunk, steps-done)
		if err := errorsFirst(copyRows(qs, done+1, out[0], 0, n), copyRows(ps, done+1, out[1], 0, n)); err != nil {
			return nil, nil, err
		}
		if done+n < steps {
			q, p = tensors.FromShape(q.Shape()), tensors.FromShape(p.Shape())
			if err := errorsFirst(copyRows(q, 0, out[0], t.chunk-1, 1), copyRows(p, 0, out[1], t.chunk-1, 1)); err != nil {
				return nil, nil, err
			}
		}
	}
	return qs, ps, nil
}

// copyRows copies n states, starting at row from of src, into dst from row at. A row is one state:
// the whole of a tensor that has no leading time axis.
func copyRows(dst *tensors.Tensor, at int, src *tensors.Tensor, from, n int) error {
	var failed error
	err := dst.MutableBytes(func(d []byte) {
		failed = src.ConstBytes(func(s []byte) {
			size := len(d)
			if dst.Rank() > src.Rank() { // src is a single state
				size = len(s)
			} else if dst.Rank() < src.Rank() { // dst is a single state
				size = len(d)
			} else {
				size = len(d) / dst.Shape().Dimensions[0]
			}
			copy(d[at*size:(at+n)*size], s[from*size:(from+n)*size])
		})
	})
	return errorsFirst(err, failed)
}

func errorsFirst(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
