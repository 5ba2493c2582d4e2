package metrics

import (
	"math"
	"slices"
)

// VPTThreshold is the normalised frame error above which Botev et al. (2021) call a prediction invalid.
const VPTThreshold = 0.025

// VPTRelativeThreshold is the share of the mean frame's error above which we call a prediction invalid. On mostly
// dark frames the threshold of Botev et al. is half of that error and more, so that on some systems a mean frame is
// valid for half of a video.
const VPTRelativeThreshold = 0.25

// ValidPrediction says for how long rollouts are valid.
type ValidPrediction struct {
	Frames []float64 // for each trajectory: how many frames from the start on are valid, which is the index of the first invalid one
	Median float64   // of Frames
	Mean   Estimate  // of Frames
	Share  Estimate  // of Frames as shares of the rollout's length
	Time   Estimate  // of the times of the last valid frames, with the start at 0
}

// VPT returns the valid prediction time (Botev, Jaegle, Wirnsberger, Hennes and Higgins 2021, Which priors matter?
// Benchmarking models for learning latent dynamics; in their published code the measure vpt_abs, and vpt_rel for the
// share). errors[i][t] is the normalised error of trajectory i's frame t, as StepMSE.Normalised returns it:
//
//	mean over the frame's pixels and channels of (prediction - target)² / mean of target²
//
// A trajectory is valid up to its first frame whose error is above the threshold, even if later frames come close
// again. Frame t lies t·dt from the start; in a rollout backward in time frame 0 is the start as well, and dt may be
// negative. Botev et al. state the median over trajectories, for rollouts from the end of the training length on;
// here it counts from the beginning of the caller's errors. The background counts in target², so that the threshold
// means less on dark frames than on bright ones.
//
// A NaN error makes its trajectory NaN, unless an earlier frame is above the threshold; so does a trajectory without
// frames.
func VPT(errors [][]float64, threshold, dt float64) ValidPrediction {
	n := len(errors)
	v := ValidPrediction{Frames: make([]float64, n)}
	shares, times := make([]float64, n), make([]float64, n)
	for i, along := range errors {
		frames := validFrames(along, threshold)
		v.Frames[i] = frames
		shares[i] = frames / float64(len(along))
		times[i] = math.Max(frames-1, 0) * math.Abs(dt)
	}
	v.Median, v.Mean, v.Share, v.Time = median(v.Frames), MeanInterval(v.Frames), MeanInterval(shares), MeanInterval(times)
	return v
}

func validFrames(errors []float64, threshold float64) float64 {
	for t, e := range errors {
		switch {
		case math.IsNaN(e) || math.IsNaN(threshold):
			return math.NaN()
		case e > threshold:
			return float64(t)
		}
	}
	if len(errors) == 0 {
		return math.NaN()
	}
	return float64(len(errors))
}

func median(x []float64) float64 {
	if len(x) == 0 || slices.ContainsFunc(x, math.IsNaN) {
		return math.NaN()
	}
	s := slices.Sorted(slices.Values(x))
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}
