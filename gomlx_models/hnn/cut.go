package hnn

import (
	"errors"

	"github.com/gomlx/gomlx/core/tensors"

	"hgn.local/gomlx_models/fit"
)

// cut returns part k of n of the output of draw: some of the places, with their frames, the frames after these, and the
// frames after those.
func cut(batch []any, k, n int) ([]any, error) {
	seen, frame, next := batch[0].(*tensors.Tensor), batch[1].(*tensors.Tensor), batch[2].(*tensors.Tensor)
	all := frame.Shape().Dim(0)
	var places, columns []int
	for i := k * all / n; i < (k+1)*all/n; i++ {
		places = append(places, i)
	}
	for later := 0; later < seen.Shape().Dim(1); later += all {
		for _, i := range places {
			columns = append(columns, later+i)
		}
	}
	a, err1 := fit.Take(seen, 1, columns)
	b, err2 := fit.Take(frame, 0, places)
	c, err3 := fit.Take(next, 0, places)
	return []any{a, b, c}, errors.Join(err1, err2, err3)
}
