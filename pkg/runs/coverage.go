package runs

import (
	"math"
	"slices"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/render"
)

// Coverage measures whether a model knows how uncertain its predictions are. States are drawn from the posterior
// given the frames of a video (see hgn.Model.Covariance) and rolled out. They give a 90% band about the place where
// each body is seen; Seen and Forecast are the shares of the true places, without noise, that lie within it, in the
// frames that were seen and in as many frames after them. The band includes the noise of the videos, but not the
// model's own error.
type Coverage struct {
	Nominal  float64  `json:"nominal"`
	Seen     *float64 `json:"seen"`
	Forecast *float64 `json:"forecast"`
}

const (
	coverageNominal = 0.9
	coverageSamples = 40
	coverageVideos  = 30 // of fewer the share says little, and is not taken
)

// coverage counts truths within bands.
type coverage struct {
	inside, all [2]int // of the frames that were seen, and of the frames after them
}

// add counts videos of a model that can estimate the uncertainty of its states.
func (c *coverage) add(model video.Model, s *dataset.Dataset, start inferred, n int) error {
	m, ok := model.(*hgn.Model)
	if n = min(n, s.N); !ok || n < coverageVideos || m.Params.Refine == 0 || s.T <= 2*m.Latent().Dim() {
		return nil
	}
	s = s.Subset(0, n)
	v := Videos(s)
	anchored := start.best.frames[m.Anchor()].Part(0, n)
	posterior, err := m.Covariance(v, anchored)
	if err != nil { // frames in which the model sees no motion have no band
		return nil
	}
	states, err := m.RolloutFromAnchor(hgn.SamplesAbout(anchored, posterior, coverageSamples, 1))
	if err != nil {
		return err
	}
	after, err := m.Rollout(states[len(states)-1], s.Dt, s.T)
	if err != nil {
		return err
	}
	states = append(states, after[1:]...)
	truth, err := paths(s, n, func(i int) physicalState {
		q, p := s.State(i, 0)
		return physicalState{q, p}
	}, s.Dt, len(states))
	if err != nil {
		return err
	}
	pixels := s.Size * s.Size * 3
	clean := make([]uint8, pixels)
	for t, state := range states {
		frames, err := m.Draw(state)
		if err != nil {
			return err
		}
		part := min(t/s.T, 1)
		for i := range n {
			if err := s.Draw(i, truth[i][t], clean); err != nil {
				return err
			}
			where := seenAt(unit(clean), s.Size)
			band := make([][]float64, len(where))
			for k := range coverageSamples {
				for j, x := range seenAt(frames[(i*coverageSamples+k)*pixels:][:pixels], s.Size) {
					band[j] = append(band[j], x)
				}
			}
			for j, x := range where {
				slices.Sort(band[j])
				tail := int(math.Round((1-coverageNominal)/2*(coverageSamples+1))) - 1 // this many of the n+1 gaps lie outside on each side
				if low, high := band[j][tail], band[j][coverageSamples-1-tail]; low <= x && x <= high {
					c.inside[part]++
				}
				c.all[part]++
			}
		}
	}
	return nil
}

// seenAt returns where a picture [size, size, 3] differs from its background: the centre of the difference, for each
// colour, along both axes.
func seenAt(frame []float32, size int) []float64 {
	out, light := make([]float64, 6), [3]float64{}
	for k, v := range frame {
		c, x, y := k%3, k/3%size, k/3/size
		d := float64(v) - float64(render.Background[c])/255
		light[c] += d
		out[2*c] += d * ((2*float64(x)+1)/float64(size) - 1)
		out[2*c+1] += d * (1 - (2*float64(y)+1)/float64(size))
	}
	for k := range out {
		out[k] /= light[k/2]
	}
	return out
}

// report returns the shares, or nil if nothing was counted.
func (c *coverage) report() *Coverage {
	if c.all[0] == 0 {
		return nil
	}
	share := func(i int) *float64 { return finite(float64(c.inside[i]) / float64(c.all[i])) }
	return &Coverage{coverageNominal, share(0), share(1)}
}
