package density

import (
	"math/rand/v2"
	"slices"

	"hgn.local/pkg/ranges"
)

// Bounds returns a box in which to draw a target. It holds 99.8% of each coordinate, with a margin of a sixth of that
// on every side, and ignores a few far points that would determine its size (package ranges). Low and high have
// length d; a plane's box is a square, so that plots of equal scale fill it.
func Bounds(t Target) (low, high []float64) {
	const n = 8192
	d := t.Dim()
	var x []float64
	if given, ok := t.(*Samples); ok {
		x = given.Points()
	} else {
		x = t.Sample(rand.New(rand.NewPCG(2020, 1909)), n)
	}
	low, high = make([]float64, d), make([]float64, d)
	column := make([]float64, len(x)/d)
	for j := range d {
		for i := range column {
			column[i] = x[i*d+j]
		}
		slices.Sort(column)
		m := len(column)
		low[j], high[j] = ranges.Of(column[m/1000 : m-m/1000])
	}
	widest := 0.0
	for j := range d {
		widest = max(widest, high[j]-low[j])
	}
	for j := range d {
		half := high[j]/2 - low[j]/2
		if d == 2 {
			half = widest / 2
		}
		middle := low[j]/2 + high[j]/2
		low[j], high[j] = middle-half*4/3, middle+half*4/3
	}
	return low, high
}
