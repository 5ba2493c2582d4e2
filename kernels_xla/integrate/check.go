package integrate

import (
	"fmt"
	"slices"

	"github.com/gomlx/compute/shapes"
	. "github.com/gomlx/gomlx/core/graph"

	"hgn.local/kernels_xla/phase"
)

// check returns an error if the shapes of a state and a time step do not fit: q and p must be equal, and dt a scalar
// or [batch, 1, ...], all of one dtype. Without it a wrong shape could broadcast silently and run a different system.
func check(q, p, dt shapes.Shape) error {
	if !q.Equal(p) {
		return fmt.Errorf("q has shape %s but p has %s: positions and momenta come in pairs, so give both the same shape", q, p)
	}
	if dt.DType != q.DType {
		return fmt.Errorf("dt is %s but the state is %s: convert dt to %s", dt.DType, q.DType, q.DType)
	}
	if dt.IsScalar() {
		return nil
	}
	row := slices.Repeat([]int{1}, q.Rank())
	copy(row, q.Dimensions[:min(1, q.Rank())])
	if !slices.Equal(dt.Dimensions, row) {
		return fmt.Errorf("dt has shape %s: for states of shape %s it must be a scalar or have one value a row, %v", dt, q, row)
	}
	return nil
}

// mustFit panics, as graph-building functions do, if check fails.
func mustFit(s phase.State, dt *Node) {
	if err := check(s.Q.Shape(), s.P.Shape(), dt.Shape()); err != nil {
		panic(err)
	}
}
