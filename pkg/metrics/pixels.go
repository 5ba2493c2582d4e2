package metrics

import "math"

// PixelMSE is the mean over all pixels and channels of (prediction - target/255)². It is what Toth et al. (2020,
// Hamiltonian Generative Networks, Table 1) report, times 10⁴.
func PixelMSE(prediction []float32, target []uint8) float64 {
	return squaredError(prediction, target) / float64(len(target))
}

// squaredError is the sum of (prediction - target/255)²; NaN if the lengths differ.
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

// StepMSE accumulates the pixel MSE of every step of a rollout over many trajectories (Toth et al. 2020, Figure 6).
// The zero value is empty.
type StepMSE struct {
	sums   []float64
	pixels []int
}

// Add takes in the frames that were predicted for a step, from 0, and the true ones: any number of them at once. A negative
// step, as well as slices of different lengths, make the measure NaN.
func (m *StepMSE) Add(step int, prediction []float32, target []uint8) {
	sum := squaredError(prediction, target)
	if step < 0 {
		step, sum = 0, math.NaN()
	}
	for len(m.sums) <= step {
		m.sums, m.pixels = append(m.sums, 0), append(m.pixels, 0)
	}
	m.sums[step] += sum
	m.pixels[step] += len(target)
}

// PerStep is the MSE of each step up to the last that was added; NaN for one that was not.
func (m *StepMSE) PerStep() []float64 {
	mse := make([]float64, len(m.sums))
	for i := range mse {
		mse[i] = m.sums[i] / float64(m.pixels[i])
	}
	return mse
}

// Mean is the MSE over all pixels of all steps.
func (m *StepMSE) Mean() float64 {
	sum, pixels := 0.0, 0
	for i := range m.sums {
		sum += m.sums[i]
		pixels += m.pixels[i]
	}
	return sum / float64(pixels)
}

// Excess says where an error lies between the best that is possible and a prediction that knows nothing: 0 is the noise
// floor, 1 the error of showing the data's mean frame always. floor must be below meanFrame, or it is NaN.
func Excess(mse, floor, meanFrame float64) float64 {
	if !(floor < meanFrame) {
		return math.NaN()
	}
	return (mse - floor) / (meanFrame - floor)
}
