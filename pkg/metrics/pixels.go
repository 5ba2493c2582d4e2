package metrics

import "math"

// PixelMSE returns the mean over all pixels and channels of (prediction - target/255)². Toth et al. (2020,
// Hamiltonian Generative Networks, Table 1) report it times 10⁴.
func PixelMSE(prediction []float32, target []uint8) float64 {
	return squaredError(prediction, target) / float64(len(target))
}

// squaredError returns the sum of (prediction - target/255)², or NaN if the lengths differ.
func squaredError(prediction []float32, target []uint8) float64 {
	if len(prediction) != len(target) {
		return math.NaN()
	}
	sum := 0.0
	for i, x := range prediction {
		d := float64(x) - float64(target[i])/255
		sum += d * d
	}
	return sum
}

// Excess says where an error lies between the best possible one and that of a prediction that knows nothing: 0 is the
// noise floor, 1 the error of always showing the data's mean frame. floor must be below meanFrame, otherwise the
// result is NaN.
func Excess(mse, floor, meanFrame float64) float64 {
	if !(floor < meanFrame) {
		return math.NaN()
	}
	return (mse - floor) / (meanFrame - floor)
}
