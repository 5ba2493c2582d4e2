package figures

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"hgn.local/pkg/plots"
)

// The frames to which Drift fits a state, the frames after them to which it forecasts, and the number of test videos.
const (
	driftSeen   = 300
	driftVideos = 40
)

var driftHorizons = []int{30, 100, 200, 300, 500, 700, 1000}

// Drift draws how far forecasts of a periodic motion run ahead of the truth or behind it, up to 1000 frames after the
// 300 noisy frames to which a state is fitted, beside an observer who knows the physics. It takes videos many test
// videos, 40 if that is 0.
func (r *Run) Drift(videos int) (p *plots.Picture, note string, err error) {
	if videos == 0 {
		videos = driftVideos
	}
	backend, err := r.device()
	if err != nil {
		return nil, "", err
	}
	d, err := r.Run.Drift(context.Background(), backend, videos, driftSeen, driftHorizons)
	if err != nil {
		return nil, "", err
	}
	quantiles := func(phases [][]float64, share float64) []float64 {
		out := make([]float64, len(phases))
		for k, all := range phases {
			var size []float64
			for _, x := range all {
				if !math.IsNaN(x) {
					size = append(size, math.Abs(x))
				}
			}
			slices.Sort(size)
			out[k] = stat.Quantile(share, stat.Empirical, size, nil)
		}
		return out
	}
	x := make([]float64, len(d.Horizons))
	for k, h := range d.Horizons {
		x[k] = float64(h)
	}
	half, most := quantiles(d.Learned, 0.5), quantiles(d.Learned, 0.9)
	known, knownMost := quantiles(d.Known, 0.5), quantiles(d.Known, 0.9)
	p, err = plots.Curves(plots.Chart{Title: "Phase error of forecasts", X: fmt.Sprintf("frames after the %d frames seen", d.Seen), Y: "phase error, radians", LogY: true, Height: 340},
		plots.Series{Name: "learned, in the median", X: x, Y: half}, plots.Series{Name: "in nine of ten", X: x, Y: most}, plots.Series{Name: "true physics, in the median", X: x, Y: known})
	last := len(x) - 1
	note = fmt.Sprintf("%d frames after the last one seen, the phase is off by %.3f rad in the median of %d test videos, and by at most %.3f in nine of ten; who knows the physics and fits a state to equally noisy frames is off by %.3f and %.3f.",
		d.Horizons[last], half[last], videos, most[last], known[last], knownMost[last])
	return p, note, err
}
