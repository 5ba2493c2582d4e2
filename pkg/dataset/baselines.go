package dataset

import (
	"math/rand/v2"

	"hgn.local/pkg/badinput"
)

// The yardsticks of a prediction error are mean squared differences of pixel values in [0, 1], averaged over all
// pixels, channels, frames and trajectories.
//
//	MeanFrameMSE    a model that has learned nothing
//	NoiseFloorMSE   a model that knows every clean state exactly and draws it
//	IrreducibleMSE  a model that knows it and draws the mean of the noisy pictures: a blurred disc
//
// The frames show noisy states, so the last is the least mean error that a prediction can reach. It lies below the
// noise floor, because a blurred disc risks less than a sharp one in the wrong place.

// MeanFrame returns the mean of all frames, [Size, Size, 3], in [0, 1].
func (s *Dataset) MeanFrame() []float64 {
	n := s.frameBytes()
	sums := make([]uint64, n)
	for f := range s.N * s.T {
		for k, v := range s.Frames[f*n : (f+1)*n] {
			sums[k] += uint64(v)
		}
	}
	mean := make([]float64, n)
	for k, sum := range sums {
		mean[k] = float64(sum) / (255 * float64(max(1, s.N*s.T)))
	}
	return mean
}

// MeanFrameMSE returns the error of predicting every frame of the test set by the mean frame of the training set.
func MeanFrameMSE(train, test *Dataset) (float64, error) {
	if train.N == 0 || test.N == 0 || train.Size != test.Size {
		return 0, badinput.Errorf("the mean-frame error needs two non-empty sets of equal frame size, not %d trajectories at %d pixels and %d at %d",
			train.N, train.Size, test.N, test.Size)
	}
	mean := train.MeanFrame()
	n := len(mean)
	total := 0.0
	for f := range test.N * test.T {
		for k, v := range test.Frames[f*n : (f+1)*n] {
			e := float64(v)/255 - mean[k]
			total += e * e
		}
	}
	return total / float64(len(test.Frames)), nil
}

// NoiseFloorMSE returns the error of the frames drawn from the clean states, against the set's own, noisy ones. It
// needs a simulated set.
func (s *Dataset) NoiseFloorMSE() (float64, error) {
	return s.mseOfDrawing(func(clean, q []float64) { copy(q, clean) })
}

// IrreducibleMSE estimates the variance of the noisy frames about their mean, given the clean states, which is the
// least error that any prediction can have. Two independent draws of the noise differ by twice their variance, so
// IrreducibleMSE returns half the squared difference between the set's frames and frames drawn with fresh noise. It
// needs a simulated set; without noise it is 0.
func (s *Dataset) IrreducibleMSE() (float64, error) {
	rng := rand.New(rand.NewPCG(0x5eed, 0xf4e5))
	twice, err := s.mseOfDrawing(func(clean, q []float64) {
		for k, x := range clean {
			q[k] = x + s.Noise*rng.NormFloat64()
		}
	})
	if err == nil && s.Noise == 0 && twice > 0 {
		return 0, badinput.Errorf("the frames show noise, but the data set does not say how much (its file has no array noise)")
	}
	return twice / 2, err
}

// mseOfDrawing draws every state at the positions q that see derives from the clean ones, and compares the pictures
// with the set's frames.
func (s *Dataset) mseOfDrawing(see func(clean, q []float64)) (float64, error) {
	if s.N == 0 {
		return 0, badinput.Errorf("a yardstick needs at least one trajectory")
	}
	if _, err := s.drawable(); err != nil {
		return 0, err
	}
	q, drawn := make([]float64, s.D), make([]uint8, s.frameBytes())
	total := uint64(0)
	for i := range s.N {
		for t := range s.T {
			clean, _ := s.State(i, t)
			see(clean, q)
			if err := s.Draw(i, q, drawn); err != nil {
				return 0, err
			}
			for k, v := range s.Frame(i, t) {
				e := int64(v) - int64(drawn[k])
				total += uint64(e * e)
			}
		}
	}
	return float64(total) / (255 * 255 * float64(len(s.Frames))), nil
}
