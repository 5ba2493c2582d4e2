package figures

import (
	"fmt"
	"strings"

	"gonum.org/v1/gonum/stat"

	"hgn.local/pkg/plots"
)

// longerVideo is the length of Conservation's rollout, in videos.
const longerVideo = 4

// Conservation compares how well runs conserve their learned H: it draws the change of H along a rollout of the first
// test video, four times as long as the video. A learned H has its own scale, so the change is in units of the
// spread, the standard deviation of H over the first states of the test videos.
func Conservation(compared ...*Run) (p *plots.Picture, note string, err error) {
	chart := plots.Chart{Title: "Learned energy along a rollout", X: "time", Y: "(H − H at the start) / spread", Height: 320, MinSpanY: 0.02, Typical: true}
	var series []plots.Series
	var within []string
	ends := map[float64]bool{}
	for _, r := range compared {
		m, test, err := r.Ready()
		if err != nil {
			return nil, "", err
		}
		starts, err := r.Starts()
		if err != nil {
			return nil, "", err
		}
		k, v, err := m.Energies(starts)
		if err != nil {
			return nil, "", err
		}
		at := make([]float64, starts.N)
		for i := range at {
			at[i] = float64(k[i]) + float64(v[i])
		}
		o, err := r.Rollout(0, test.Dt, longerVideo*(test.T-1))
		if err != nil {
			return nil, "", err
		}
		change := affine{Scale: 1 / stat.PopStdDev(at, nil)}
		change.Shift = -change.Scale * o.Energies()[0]
		curve := plots.Series{Name: r.Label, X: o.Times(), Y: change.all(o.Energies())}
		series = append(series, curve)
		within = append(within, fmt.Sprintf("%s %.2g", r.Label, stat.PopStdDev(curve.Y[:test.T], nil)))
		if end := float64(test.T-1) * test.Dt; !ends[end] {
			ends[end] = true
			chart.Markers = append(chart.Markers, plots.Mark{At: end, Label: "the video ends"})
		}
	}
	if p, err = plots.Curves(chart, series...); err != nil {
		return nil, "", err
	}
	return p, fmt.Sprintf("Standard deviation of H along the video, in units of its spread over test videos: %s.", strings.Join(within, ", ")), nil
}
