package dataset

import "hgn.local/pkg/badinput"

// dt returns the time between two frames.
func (o ImportOptions) dt(all []film) (float64, error) {
	if o.Dt > 0 {
		return o.Dt, nil
	}
	if !all[0].reels[0].timed {
		return 0, badinput.Errorf("PNG files do not say how much time lies between two frames: set Dt")
	}
	for _, r := range reels(all) {
		if r.delay == 0 {
			return 0, badinput.Errorf("%s does not say for how long it shows its frames: set Dt, the time between two of them", r.name)
		}
	}
	delay := func(r reel) float64 { return r.delay }
	if odd, is, others := odd(reels(all), delay); odd != nil {
		if mean, near := nearly(reels(all)); near {
			return mean, nil
		}
		return 0, badinput.Errorf("%s shows each frame for %.4g s, the others for %.4g s: set Dt, the time between two frames", odd.name, is, others)
	}
	return all[0].reels[0].delay, nil
}

// sameDelay is how much the times between two frames of films from one camera may differ; a clip of 30 frames is off by a third
// of a frame at its end.
const sameDelay = 1.01

// nearly returns the mean delay of film files, and whether they differ by no more than cameras do.
func nearly(all []reel) (mean float64, near bool) {
	low, high := all[0].delay, all[0].delay
	for _, r := range all {
		if r.digest == "" {
			return 0, false
		}
		low, high = min(low, r.delay), max(high, r.delay)
		mean += r.delay / float64(len(all))
	}
	return mean, high <= sameDelay*low
}
