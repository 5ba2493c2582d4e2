package runs

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/metrics"
)

// The shape of the frames is estimated from shapeFrames frames, one from each video, reduced to their first
// shapeComponents principal components. The dimension is estimated over shapeNeighbours neighbours, which lie far
// enough away for the noise to count little.
const (
	shapeFrames     = 1500
	shapeComponents = 12
	shapeNeighbours = 20
	shapePixels     = 8 // frames are averaged over squares to this many pixels along an edge
)

// shapeOf returns the dimension and the number of loops of the surface that the frames of videos in memory form.
func shapeOf(v video.Clips) (dimension float64, loops int) {
	codes := frameCodes(v)
	return metrics.IntrinsicDimension(codes, shapeNeighbours), metrics.Loops(codes)
}

// frameCodes returns the principal components of frames from everywhere in the videos.
func frameCodes(v video.Clips) [][]float64 {
	by := 1
	for v.Size%(2*by) == 0 && v.Size/(2*by) >= shapePixels {
		by *= 2
	}
	n := min(v.N*v.Frames, shapeFrames)
	x := mat.NewDense(n, (v.Size/by)*(v.Size/by)*3, nil)
	for k := range n { // from every video in turn, and from its frames in an order that skips
		averaged(x.RawRowView(k), v.Frame(k%v.N, (k/v.N+7*k)%v.Frames), v.Size, by)
	}
	_, width := x.Dims()
	for j := range width {
		mean := mat.Sum(x.ColView(j)) / float64(n)
		for i := range n {
			x.Set(i, j, x.At(i, j)-mean)
		}
	}
	var covariance mat.SymDense
	covariance.SymOuterK(1/float64(n), x.T())
	var eigen mat.EigenSym
	if !eigen.Factorize(&covariance, true) {
		return nil
	}
	var vectors, codes mat.Dense
	eigen.VectorsTo(&vectors)
	most := min(shapeComponents, width)
	codes.Mul(x, vectors.Slice(0, width, width-most, width))
	out := make([][]float64, n)
	for i := range out {
		out[i] = codes.RawRowView(i)
	}
	return out
}

// averaged writes the means over squares of by x by pixels of a frame into dst.
func averaged(dst []float64, frame []uint8, size, by int) {
	w := size / by
	for i := range size * size * 3 {
		y, x, c := i/3/size, i/3%size, i%3
		dst[(y/by*w+x/by)*3+c] += float64(frame[i]) / float64(255*by*by)
	}
}

// dimensionText returns a dimension in words.
func dimensionText(d *float64) string {
	if d == nil || math.IsNaN(*d) {
		return "an unknown number of"
	}
	return fmt.Sprintf("%.1f", *d)
}
