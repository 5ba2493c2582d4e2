package hnn

import (
	"github.com/gomlx/gomlx/core/tensors"

	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/params"
	"hgn.local/gomlx_models/video"
)

// Samples holds states and their time derivatives: Rates.Q is dq/dt and Rates.P is dp/dt, in the order of States.
type Samples struct{ States, Rates video.States }

// check returns an error if the samples do not fit a model of states with d coordinates.
func (s Samples) check(d int) error {
	for _, x := range []video.States{s.States, s.Rates} {
		if x.N < 1 || x.N != s.States.N || x.D != d || len(x.Q) != x.N*d || len(x.P) != x.N*d {
			return params.Errorf("samples need as many derivatives as states, at least one, with %d coordinates each: there are %d states with %d and %d derivatives with %d",
				d, s.States.N, s.States.D, s.Rates.N, s.Rates.D)
		}
	}
	return nil
}

// draw makes the batch of a step, which depends only on the seed and the step.
func (s Samples) draw(p Params, seed uint64, step int) []any {
	d := s.States.D
	var batch []any
	for _, from := range [][]float32{s.States.Q, s.States.P, s.Rates.Q, s.Rates.P} {
		x := make([]float32, 0, p.Batch*d)
		for i := range p.Batch {
			x = append(x, from[fit.ShuffledIndex(seed, step*p.Batch+i, s.States.N)*d:][:d]...)
		}
		batch = append(batch, tensors.FromFlatDataAndDimensions(x, p.Batch, d))
	}
	return batch
}
