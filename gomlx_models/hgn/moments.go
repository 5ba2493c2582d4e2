package hgn

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"
)

// moments is how badly the first moments of frames [n, pixels] are a linear function of places [n, features], which
// are embedded positions: the share of the moments' variance over the batch that the best linear function leaves.
//
// The moments are Σ x·I and Σ y·I of each colour. Where what moves keeps its shape and colour, they are linear in its
// place in the picture, noise and all; and its place is linear in Embed(q) for a good choice of coordinates: positions of
// bodies, or a pendulum's angles. That choice is worth asking for, since the videos alone hardly make it. They are short:
// what is nearly the same motion in some distorted coordinates, with another H, reconstructs them nearly as well, and goes
// wrong only beyond their end. Two bodies on almost circular orbits, for example, were learned with the ring of their
// positions closed to a disc, and a V without the pole.
//
// It is asked of a circle's point before that is brought to the circle as well, together with lying near it (offCircle):
// an encoder whose angle goes to and fro while the body goes round cannot be mended bit by bit on the circle, but in the
// plane it can, more often than not.
//
// It is prior knowledge about the pictures, like the latent's topology: 0 turns it off, as in the paper.
func moments(place, frames *Node) *Node {
	g, dtype := place.Graph(), place.DType()
	size := int(math.Sqrt(float64(frames.Shape().Dim(-1) / 3)))
	seen := Dot(frames, ConvertDType(Reshape(Const(g, momentWeights(size)), size*size*3, 6), dtype)).Product()
	seen, place = centred(seen), centred(place)
	unit := Sqrt(AddScalar(ReduceAllMean(Square(seen)), 1e-9))
	seen = Div(seen, unit)
	return ReduceAllMean(Square(Sub(seen, Dot(place, best(place, seen)).Product())))
}

// best is the matrix [features, k] with which x [n, features] gives y [n, k] with the least squares, slightly
// regularised. It is taken as a constant: at the least the derivative by it vanishes.
//
// The normal equations are solved with the inverse of their matrix.
func best(x, y *Node) *Node {
	x, y = StopGradient(x), StopGradient(y)
	f, n := x.Shape().Dim(-1), float64(x.Shape().Dim(0))
	one := ConvertDType(Const(x.Graph(), identity(f)), x.DType())
	transposed := Transpose(x, 0, 1)
	a := MulScalar(Dot(transposed, x).Product(), 1/n)
	trace := AddScalar(ReduceAllSum(Mul(a, one)), 1e-9)
	a = Add(Div(a, trace), MulScalar(one, 1e-4))
	return StopGradient(Div(Dot(inverse(a, one), MulScalar(Dot(transposed, y).Product(), 1/n)).Product(), trace))
}

// inverse is that of a symmetric positive definite matrix a, one being the identity. The sweep of row and column k,
//
//	a <- a - (c - e)(c - e)ᵀ/d - 2eeᵀ,   c = column k of a,   d = a_kk,   e = column k of the identity,
//
// solves for variable k; when all are swept, a has become minus its inverse (Goodnight 1979).
func inverse(a, one *Node) *Node {
	for k := range a.Shape().Dim(0) {
		column := Slice(a, AxisRange(), AxisRange(k, k+1))
		e := Slice(one, AxisRange(), AxisRange(k, k+1))
		d := Slice(column, AxisRange(k, k+1))
		off := Sub(column, e)
		a = Sub(Sub(a, Div(Mul(off, Transpose(off, 0, 1)), d)), MulScalar(Mul(e, Transpose(e, 0, 1)), 2))
	}
	return Neg(a)
}

func identity(n int) [][]float64 {
	out := make([][]float64, n)
	for i := range out {
		out[i] = make([]float64, n)
		out[i][i] = 1
	}
	return out
}

// anchorFrames are the frames whose states are inferred, as the encoder sees them: of video [features, batch, frames] it
// makes [batch, features].
func (m *Model) anchorFrames(video *Node) *Node {
	t := m.Params.anchor(m.Video)
	frame := Slice(StopGradient(video), AxisRange(), AxisRange(), AxisRange(t, t+1))
	return Transpose(Reshape(frame, video.Shape().Dim(0), video.Shape().Dim(1)), 0, 1)
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
