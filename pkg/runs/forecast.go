package runs

import (
	"math"

	"hgn.local/pkg/metrics"
)

// Forecast is the mean error of predicting Frames frames after the last one that the model has seen.
type Forecast struct {
	Frames  int               `json:"frames"`        // after the last seen one
	Share   metrics.Estimate  `json:"share"`         // error against the true trajectory without noise, over the mean frame's
	Encoder *metrics.Estimate `json:"share_encoder"` // the same from states that the encoder infers alone
	Bound   *float64          `json:"share_bound"`   // of a predictor that knows the physics, see RolloutShareBound
	Still   *float64          `json:"share_still"`   // of repeating the last seen frame, without noise
}

const (
	forecastFrames       = 300
	forecastTrajectories = 60 // number of trajectories followed
)

// horizons lists the horizons of the reported forecasts, in frames.
var horizons = []int{30, 100, 300}

// forecast fills in the errors of predictions beyond the last seen frame. A horizon's error is the mean over the
// frames since the previous horizon, so that no frame counts twice.
func (o *Report) forecast(e *rolloutErrors, meanFrame []float64) {
	from := 1
	for _, to := range horizons {
		share := func(of *metrics.StepMSE) metrics.Estimate {
			if of == nil {
				return metrics.Only(math.NaN())
			}
			errors := of.Between(from, to+1)
			return metrics.RatioInterval(errors, meanFrame[:len(errors)])
		}
		f := Forecast{Frames: to, Share: share(&e.best), Bound: finite(share(&e.bound).Mean), Still: finite(share(&e.still).Mean)}
		if e.encoder != nil {
			alone := share(e.encoder)
			f.Encoder = &alone
		}
		o.Forecasts = append(o.Forecasts, f)
		from = to + 1
	}
	o.ForecastShare, o.ForecastShareBound = untilNotFinite(e.best.PerStep(), o.MeanFrameMSE), untilNotFinite(e.bound.PerStep(), o.MeanFrameMSE)
}

// untilNotFinite returns numbers in units of a yardstick, up to the first that JSON cannot hold.
func untilNotFinite(x []float64, yardstick float64) []float64 {
	out := make([]float64, 0, len(x))
	for _, v := range x {
		if finite(v/yardstick) == nil {
			break
		}
		out = append(out, v/yardstick)
	}
	return out
}
