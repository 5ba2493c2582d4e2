package hgn

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/nets"
)

// moments is how badly the first moments of frames [n, pixels] are a linear function of the embedded positions
// q [n, d]: the mean squared error of the best linear guess so far, in units of the moments' own mean square.
//
// The moments are Σ x·I and Σ y·I of each colour. Where what moves keeps its shape and colour, they are linear in its
// place in the picture, noise and all; and its place is linear in Embed(q) for a good choice of coordinates: positions of
// bodies, or a pendulum's angles. That choice is worth asking for, since the videos alone hardly make it. They are short:
// what is nearly the same motion in some distorted coordinates, with another H, reconstructs them nearly as well, and goes
// wrong only beyond their end. Two bodies on almost circular orbits, for example, were learned with the ring of their
// positions closed to a disc, and a V without the pole.
//
// It is prior knowledge about the pictures, like the latent's topology: 0 turns it off, as in the paper.
func (m *Model) moments(scope *model.Scope, q, frames *Node) *Node {
	g, dtype, size := q.Graph(), q.DType(), m.Video.Size
	weights := make([]float64, 0, m.Video.Pixels()*6)
	for y := range size {
		for x := range size {
			for c := range 3 {
				row := make([]float64, 6)
				row[2*c], row[2*c+1] = (2*float64(x)+1)/float64(size)-1, 1-(2*float64(y)+1)/float64(size)
				weights = append(weights, row...)
			}
		}
	}
	seen := Dot(frames, ConvertDType(Reshape(Const(g, weights), m.Video.Pixels(), 6), dtype)).Product()
	place := m.latent.Embed(q)
	seen, place = centred(seen), centred(place)
	unit := Sqrt(AddScalar(ReduceAllMean(Square(seen)), 1e-9))
	features := place.Shape().Dim(-1)
	w := nets.Weight(scope, g, dtype, "weights", nets.Lecun(features), features, 6)
	return ReduceAllMean(Square(Sub(Div(seen, unit), Dot(place, w).Product())))
}

// centred subtracts the mean over the batch.
func centred(x *Node) *Node { return Sub(x, ReduceAndKeep(x, ReduceMean, 0)) }
