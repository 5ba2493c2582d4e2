package physics

func dot(x, y []float64) float64 {
	sum := 0.0
	for i := range x {
		sum += x[i] * y[i]
	}
	return sum
}

// centre subtracts the mean of points in the plane from each.
func centre(x []float64) {
	var mean [2]float64
	for k := range x {
		mean[k%2] += 2 * x[k] / float64(len(x))
	}
	for k := range x {
		x[k] -= mean[k%2]
	}
}
