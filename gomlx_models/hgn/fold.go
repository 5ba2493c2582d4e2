package hgn

import (
	"fmt"
	"math"
	"slices"

	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/video"
)

// LatentInjectivity measures whether a one-dimensional latent gives different configurations different pictures. It
// draws the configurations along the circle, or along the part of the line that the videos reach, and returns the
// least distance between the pictures of configurations far from each other (a sixth of a circle, a third of the
// line), over the median distance of all pairs. If the latent is folded, so that two stretches of it mean the same,
// the value is near 0; a faithful latent has a value near 1. Constants beside the one moving coordinate are held at
// their medians over the videos. If more than one coordinate moves, the measure is undefined and NaN.
func (m *Model) LatentInjectivity(videos video.Clips) (float64, error) {
	d := m.latent.Dim()
	if d-m.latent.Constants() != 1 {
		return math.NaN(), nil
	}
	moving := slices.Index(m.latent.Constant, false)
	circle := m.latent.Circle[moving]
	const n = 48
	q, far := make([]float32, n*d), n/6
	if !circle {
		far = n / 3
	}
	if !circle || d > 1 {
		reached, err := m.reached(videos)
		if err != nil {
			return 0, err
		}
		for j, all := range reached {
			low, high := all[len(all)/20], all[len(all)-1-len(all)/20]
			for i := range n {
				if q[i*d+j] = all[len(all)/2]; j == moving {
					q[i*d+j] = low + (high-low)*float32(i)/(n-1)
				}
			}
		}
	}
	for i := 0; circle && i < n; i++ {
		q[i*d+moving] = float32(2 * math.Pi * float64(i) / n)
	}
	frames, err := m.Decode(q)
	if err != nil {
		return 0, err
	}
	pixels := m.Video.Pixels()
	least, all := math.Inf(1), []float64{}
	for i := range n {
		for j := range i {
			d := squaredDistance(frames[i*pixels:][:pixels], frames[j*pixels:][:pixels])
			all = append(all, d)
			apart := i - j
			if circle {
				apart = min(apart, n-apart)
			}
			if apart >= far {
				least = min(least, d)
			}
		}
	}
	slices.Sort(all)
	return least / (all[len(all)/2] + 1e-12), nil
}

// reached returns the sorted values of each coordinate of q along the videos.
func (m *Model) reached(videos video.Clips) ([][]float32, error) {
	videos = videos.Part(0, min(videos.N, inferChunk))
	middle, err := m.Encode(videos)
	if err != nil {
		return nil, err
	}
	states, err := m.Rollout(middle, m.Video.Dt, m.Video.Frames)
	if err != nil {
		return nil, err
	}
	all := make([][]float32, m.latent.Dim())
	for j := range all {
		for _, s := range states {
			for i := range s.N {
				all[j] = append(all[j], s.Q[i*s.D+j])
			}
		}
		slices.Sort(all[j])
	}
	return all, nil
}

func squaredDistance(a, b []float32) (sum float64) {
	for i, v := range a {
		d := float64(v - b[i])
		sum += d * d
	}
	return sum
}

// foldChecks lists the shares of the training after which a start is examined. It has failed if the distinctness is
// below folded, or below doubtful while the moments are far from linear in q. At the first check, when pictures may
// still be vague, the moments have to agree: in eight starts of a pendulum they left 0.02 to 0.03 in the six sound
// ones, with a distinctness of 0.85 to 0.89, and 0.38 and 0.48 in the two folded ones, with 0.26 and 0.20.
var foldChecks = []float64{0.1, 0.2, 0.35, 0.5}

const (
	folded        = 0.3
	doubtful      = 0.6
	foldedMoments = 0.25
)

// Judge is called after every step with its losses. If the start has failed it returns the reason, otherwise "": a
// folded latent stays folded, and its dynamics stay wrong.
func (l *Learner) Judge(step int, losses fit.Losses) string {
	p := l.model.Params
	check := slices.IndexFunc(foldChecks, func(share float64) bool { return step+1 == int(share*float64(p.Steps)) })
	crooked := losses["moments"] > foldedMoments
	if l.attempt >= p.Restarts || check < 0 || check == 0 && !crooked {
		return ""
	}
	least := folded
	if crooked {
		least = doubtful
	}
	d, err := l.model.LatentInjectivity(l.videos)
	if err != nil || !(d < least) {
		return ""
	}
	return fmt.Sprintf("the latent is folded: configurations far apart look the same (distinctness %.2f, a sound start is above %.1f)", d, least)
}
