package metrics

import "math"

// ReversalError measures how far a state ends from its start after going forward by dt and back by -dt:
// RMS(back - start) / scale, where the root mean square is over all coordinates of all states, so that start and back
// may hold a whole batch in any order. scale is the size of a coordinate, also an RMS; 0 means the RMS of start
// itself, which makes the error |s - s'| / |s| of the batch taken as one vector. Normalising each state separately
// would be dominated by states near the origin.
func ReversalError[F float32 | float64](start, back []F, scale float64) float64 {
	if len(start) != len(back) {
		return math.NaN()
	}
	distance, size := 0.0, 0.0
	for i, s := range start {
		d := float64(back[i]) - float64(s)
		distance += d * d
		size += float64(s) * float64(s)
	}
	n := float64(len(start))
	if scale == 0 {
		scale = math.Sqrt(size / n)
	}
	return math.Sqrt(distance/n) / scale
}
