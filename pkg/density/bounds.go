package density

import (
	"math/rand/v2"
	"slices"
)

// Bounds is a box in which to draw a target: it holds 99.8% of each coordinate, with a margin of a sixth of that on every
// side. Low and high have length d; a plane's box is a square, so that plots of equal scale fill it.
func Bounds(t Target) (low, high []float64) {
	const n = 8192
	d := t.Dim()
	x := t.Sample(rand.New(rand.NewPCG(2020, 1909)), n)
	low, high = make([]float64, d), make([]float64, d)
	column := make([]float64, n)
	for j := range d {
		for i := range column {
			column[i] = x[i*d+j]
		}
		slices.Sort(column)
		low[j], high[j] = column[n/1000], column[n-1-n/1000]
	}
	widest := 0.0
	for j := range d {
		widest = max(widest, high[j]-low[j])
	}
	for j := range d {
		half := (high[j] - low[j]) / 2
		if d == 2 {
			half = widest / 2
		}
		middle := (low[j] + high[j]) / 2
		low[j], high[j] = middle-half*4/3, middle+half*4/3
	}
	return low, high
}
