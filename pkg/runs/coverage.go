package runs

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/metrics"
	"hgn.local/pkg/render"
)

// Coverage measures whether a model knows how uncertain its predictions are. States are drawn from the posterior
// given the frames of a video (see hgn.Model.Covariance) and rolled out. The places where each body is then seen give
// a 90% band: their mean and 1.645 of their standard deviations. Seen and Forecast are the shares of the true places
// of test videos, without noise, that lie within it, in the frames that were seen and in as many frames after them.
// This band knows the noise of the videos, but not the model's own error.
//
// The calibrated band does: it is the same, wider or narrower by a factor for each stretch of frames, which is the one
// that takes in nine of ten true places of as many other videos, neither of the training nor of the test set: split
// conformal prediction with scaled scores (Lei et al. 2018), by horizon as in Stankevičiūtė et al. (2021). That needs a
// simulator that makes these videos.
type Coverage struct {
	Nominal  float64  `json:"nominal"`
	Seen     *float64 `json:"seen"`
	Forecast *float64 `json:"forecast"`

	Videos             int               `json:"videos"` // of the test set; as many others calibrate
	CalibratedSeen     *float64          `json:"calibrated_seen"`
	CalibratedForecast *float64          `json:"calibrated_forecast"`
	Horizons           []CoverageHorizon `json:"horizons"` // stretch by stretch
}

// CoverageHorizon is the coverage in the frames From to To-1, counted from the first of the video.
type CoverageHorizon struct {
	From       int      `json:"from"`
	To         int      `json:"to"`
	Share      *float64 `json:"share"`      // of the truth within the band
	Scale      *float64 `json:"scale"`      // the factor of the calibrated band
	Calibrated *float64 `json:"calibrated"` // the share within that
}

const (
	coverageNominal = 0.9
	coverageSamples = 20
	coverageVideos  = 100 // the largest number of test videos
	coverageLeast   = 30  // of fewer the share says little, and is not taken
	coverageStretch = 5   // frames of a horizon
	coverageEvery   = 2   // of so many frames one is looked at
)

// coverage measures the bands of a model that can estimate the uncertainty of its states.
func (s Source) coverage(ctx context.Context, model video.Model, test testSet) (*Coverage, error) {
	m, ok := model.(*hgn.Model)
	n := min(test.n, coverageVideos)
	if !ok || n < coverageLeast || m.Params.Refine == 0 || m.Video.Frames <= 2*m.Latent().Dim() {
		return nil, nil
	}
	set, err := test.part(0, n)
	if err != nil || set.System == "" || set.Q == nil {
		return nil, err
	}
	scores, err := bandScores(m, set)
	if err != nil || scores == nil { // frames in which the model sees no motion have no band
		return nil, err
	}
	var other [][]float64
	if s.Recipe != nil {
		r := s.testRecipe(n)
		r.Seed ^= 0x63616c6962726174 // different from the test set's seed, as that is from the training set's
		calibration, err := r.Generate(ctx, nil)
		if err != nil {
			return nil, err
		}
		if other, err = bandScores(m, calibration); err != nil {
			return nil, err
		}
	}
	return coverageOf(scores, other, set.T, n), nil
}

// coverageOf compares the scores of test videos with the nominal band, and with that calibrated by the scores of
// other videos, if there are any. Scores are distances from the band's middle in half widths of the nominal band,
// for each frame of the videos and of as many after them.
func coverageOf(scores, other [][]float64, frames, n int) *Coverage {
	c := &Coverage{Nominal: coverageNominal, Videos: n}
	var plain, calibrated [2]held
	for from := 0; from < len(scores); from += coverageStretch {
		h := CoverageHorizon{From: from, To: min(from+coverageStretch, len(scores))}
		if from < frames {
			h.To = min(h.To, frames)
		}
		own := slices.Concat(scores[h.From:h.To]...)
		part := min(from/frames, 1)
		h.Share = finite(plain[part].add(own, 1))
		if other != nil {
			scale := metrics.ConformalQuantile(slices.Concat(other[h.From:h.To]...), coverageNominal)
			h.Scale, h.Calibrated = finite(scale), finite(calibrated[part].add(own, scale))
		}
		c.Horizons = append(c.Horizons, h)
	}
	c.Seen, c.Forecast = finite(plain[0].share()), finite(plain[1].share())
	if other != nil {
		c.CalibratedSeen, c.CalibratedForecast = finite(calibrated[0].share()), finite(calibrated[1].share())
	}
	return c
}

// held counts how many values lie within a bound.
type held struct{ within, all int }

// add counts values, and returns the share of them that do not exceed the bound; NaN without values.
func (s *held) add(values []float64, bound float64) float64 {
	var own held
	for _, x := range values {
		if own.all++; x <= bound {
			own.within++
		}
	}
	s.within, s.all = s.within+own.within, s.all+own.all
	return own.share()
}

// share returns the share of all values counted; NaN without any.
func (s held) share() float64 { return float64(s.within) / float64(s.all) }

// bandScores returns, for each frame of the videos of a set and of as many frames after them, how far the true places
// are from the middles of their bands, in half widths of the bands. It returns nil if the videos do not determine
// their states.
func bandScores(m *hgn.Model, s *dataset.Dataset) ([][]float64, error) {
	v := Videos(s)
	anchored, err := m.Infer(v)
	if err != nil {
		return nil, err
	}
	posterior, err := m.Covariance(v, anchored)
	if err != nil {
		return nil, nil
	}
	states, err := m.RolloutFromAnchor(hgn.SamplesAbout(anchored, posterior, coverageSamples, 1))
	if err != nil {
		return nil, err
	}
	after, err := m.Rollout(states[len(states)-1], s.Dt, s.T)
	if err != nil {
		return nil, err
	}
	states = append(states, after[1:]...)
	truth, err := paths(s, s.N, func(i int) physicalState {
		q, p := s.State(i, 0)
		return physicalState{q, p}
	}, s.Dt, len(states))
	if err != nil {
		return nil, err
	}
	out := make([][]float64, len(states))
	for t := 0; t < len(states); t += coverageEvery {
		frames, err := m.Draw(states[t])
		if err != nil {
			return nil, err
		}
		all, failed := make([][]float64, s.N), make([]error, s.N)
		video.Parallel(s.N, func(i int) {
			all[i], failed[i] = scoresOf(s, i, truth[i][t], frames[i*coverageSamples*v.Shape.Pixels():])
		})
		for i := range all {
			if failed[i] != nil {
				return nil, failed[i]
			}
			out[t] = append(out[t], all[i]...)
		}
	}
	return out, nil
}

// scoresOf returns the scores of the places of one frame of video i, whose bodies truly are at q. frames begins with
// the frames drawn of the samples.
func scoresOf(s *dataset.Dataset, i int, q []float64, frames []float32) (scores []float64, err error) {
	pixels := s.Size * s.Size * 3
	clean := make([]uint8, pixels)
	if err := s.Draw(i, q, clean); err != nil {
		return nil, err
	}
	where := seenAt(unit(clean), s.Size)
	band := make([][]float64, len(where))
	for k := range coverageSamples {
		for j, x := range seenAt(frames[k*pixels:][:pixels], s.Size) {
			band[j] = append(band[j], x)
		}
	}
	for j, x := range where {
		middle, spread := stat.MeanStdDev(band[j], nil)
		if score := math.Abs(x-middle) / (normal90 * spread); !math.IsNaN(score) {
			scores = append(scores, score)
		}
	}
	return scores, nil
}

// normal90 is how many standard deviations on either side of its mean hold 90% of a normal distribution.
const normal90 = 1.6448536269514722

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
