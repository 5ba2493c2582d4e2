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
	g, dtype := q.Graph(), q.DType()
	seen := Dot(frames, ConvertDType(Reshape(Const(g, momentWeights(m.Video.Size)), m.Video.Pixels(), 6), dtype)).Product()
	place := m.latent.Embed(q)
	seen, place = centred(seen), centred(place)
	unit := Sqrt(AddScalar(ReduceAllMean(Square(seen)), 1e-9))
	features := place.Shape().Dim(-1)
	w := nets.Weight(scope, g, dtype, "weights", nets.Lecun(features), features, 6)
	return ReduceAllMean(Square(Sub(Div(seen, unit), Dot(place, w).Product())))
}

// momentWeights is the matrix [size·size·3, 6] that takes a frame to the moments x and y of each colour; the picture
// reaches from -1 to 1, y up.
func momentWeights(size int) []float64 {
	weights := make([]float64, size*size*3*6)
	for i := range size * size * 3 {
		row, c := weights[6*i:][:6], i%3
		y, x := i/3/size, i/3%size
		row[2*c], row[2*c+1] = (2*float64(x)+1)/float64(size)-1, 1-(2*float64(y)+1)/float64(size)
	}
	return weights
}

// centred subtracts the mean over the batch.
func centred(x *Node) *Node { return Sub(x, ReduceAndKeep(x, ReduceMean, 0)) }
