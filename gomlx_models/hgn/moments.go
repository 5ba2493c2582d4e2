package hgn

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"
)

// moments measures how badly the first moments of frames [n, pixels] are a linear function of places [n, features],
// which are embedded positions: the share of the moments' variance over the batch that the best linear function
// leaves.
//
// The moments are Σ x·I and Σ y·I of each colour. If moving bodies keep their shape and colour, the moments are
// linear in the bodies' places in the picture, noise and all; and these places are linear in Embed(q) for a good
// choice of coordinates: positions of bodies, or a pendulum's angles. The loss has to ask for that choice, since the
// videos hardly enforce it. They are short: in distorted coordinates, with another H, nearly the same motion
// reconstructs them nearly as well, and goes wrong only beyond their end. Two bodies on almost circular orbits, for
// example, were learned with the ring of their positions closed to a disc, and a V without the pole.
//
// The loss also applies to a circle's point before it is scaled to the circle, together with a term that keeps it
// near the circle (offCircle). If the encoder's angle goes to and fro while the body goes round, small changes on the
// circle cannot mend it, but in the plane they can, more often than not.
//
// This is prior knowledge about the pictures, like the latent's topology: 0 turns it off, as in the paper.
func moments(place, frames *Node) *Node {
	g, dtype := place.Graph(), place.DType()
	size := int(math.Sqrt(float64(frames.Shape().Dim(-1) / 3)))
	seen := Dot(frames, ConvertDType(Reshape(Const(g, momentWeights(size)), size*size*3, 6), dtype)).Product()
	seen, place = centred(seen), centred(place)
	unit := Sqrt(AddScalar(ReduceAllMean(Square(seen)), 1e-9))
	seen = Div(seen, unit)
	return ReduceAllMean(Square(Sub(seen, Dot(place, best(place, seen)).Product())))
}

// best returns the matrix [features, k] that maps x [n, features] to y [n, k] with the least squares, slightly
// regularised. It is treated as a constant, since the derivative by it vanishes at the minimum.
//
// It solves the normal equations with the inverse of their matrix.
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

// inverse returns the inverse of a symmetric positive definite matrix a; one is the identity. The sweep of row and
// column k,
//
//	a <- a - (c - e)(c - e)ᵀ/d - 2eeᵀ,   c = column k of a,   d = a_kk,   e = column k of the identity,
//
// solves for variable k; after all sweeps a has become minus its inverse (Goodnight 1979).
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

// anchorFrames extracts the frames whose states are inferred, as the encoder sees them: from video
// [features, batch, frames] it makes [batch, features].
func (m *Model) anchorFrames(video *Node) *Node {
	t := m.Params.anchor(m.Video)
	frame := Slice(StopGradient(video), AxisRange(), AxisRange(), AxisRange(t, t+1))
	return Transpose(Reshape(frame, video.Shape().Dim(0), video.Shape().Dim(1)), 0, 1)
}

// momentWeights returns the matrix [size·size·3, 6] that maps a frame to the moments x and y of each colour; the
// picture reaches from -1 to 1, y up.
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
