package dataset

import (
	"hgn.local/pkg/badinput"
)

// The yardsticks of a prediction error: mean squared differences of pixel values in [0, 1], averaged over all pixels,
// channels, frames and trajectories. A model that has learned nothing scores the mean frame's error; one that knows the
// motion exactly scores the noise floor, because the frames show noisy states. (For a better mean-frame error predict
// well; below the floor a model has fitted the noise.)

// MeanFrame is the mean of all frames, [Size, Size, 3], in [0, 1].
func (s *Set) MeanFrame() []float64 {
	n := s.frameBytes()
	sums := make([]uint64, n)
	for frames := s.Frames; len(frames) > 0; frames = frames[n:] {
		for k, v := range frames[:n] {
			sums[k] += uint64(v)
		}
	}
	mean := make([]float64, n)
	for k, sum := range sums {
		mean[k] = float64(sum) / (255 * float64(max(1, s.N*s.T)))
	}
	return mean
}

// MeanFrameMSE is the error of predicting every frame of the test set by the mean frame of the training set.
func MeanFrameMSE(train, test *Set) (float64, error) {
	if train.N == 0 || test.N == 0 || train.Size != test.Size {
		return 0, badinput.Errorf("the mean-frame error needs two non-empty sets of equal frame size, not %d trajectories at %d pixels and %d at %d",
			train.N, train.Size, test.N, test.Size)
	}
	mean := train.MeanFrame()
	total := 0.0
	for frames := test.Frames; len(frames) > 0; frames = frames[len(mean):] {
		for k, v := range frames[:len(mean)] {
			e := float64(v)/255 - mean[k]
			total += e * e
		}
	}
	return total / float64(len(test.Frames)), nil
}

// NoiseFloorMSE is the error of the frames drawn from the clean states, against the set's noisy frames.
// It needs a simulated set.
func (s *Set) NoiseFloorMSE() (float64, error) {
	if s.N == 0 {
		return 0, badinput.Errorf("the noise floor needs at least one trajectory")
	}
	clean := make([]uint8, s.frameBytes())
	total := uint64(0)
	for i := range s.N {
		for t := range s.T {
			if err := s.CleanFrame(i, t, clean); err != nil {
				return 0, err
			}
			for k, v := range s.Frame(i, t) {
				e := int64(v) - int64(clean[k])
				total += uint64(e * e)
			}
		}
	}
	return float64(total) / (255 * 255 * float64(len(s.Frames))), nil
}
