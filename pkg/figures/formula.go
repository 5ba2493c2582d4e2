package figures

import (
	"context"
	"fmt"
	"image/color"
	"math"

	"hgn.local/pkg/metrics"
	"hgn.local/pkg/plots"
)

// Formula draws the learned V along the one coordinate of the latent, in the model's own units, the known form that
// fits it, and the places of the data; see metrics.Potential. K is p²/2, so the figures of V are those of the
// accelerations: ω² of a spring, g/l of a pendulum.
func (r *Run) Formula() (p *plots.Picture, note string, err error) {
	report, err := r.Measures(context.Background())
	if err != nil {
		return nil, "", err
	}
	f := report.Formula
	if f == nil {
		return nil, "", mistake("the run %q has no potential of one coordinate with K = p²/2, for which alone a formula is looked for", r.Name())
	}
	m, err := r.VideoModel()
	if err != nil {
		return nil, "", err
	}
	starts, err := r.Starts()
	if err != nil {
		return nil, "", err
	}
	states, err := m.Rollout(starts, r.Dt(), 29)
	if err != nil {
		return nil, "", err
	}
	var data []float64
	for _, s := range states {
		for i := range s.N {
			data = append(data, float64(s.Q[i]))
		}
	}
	low, high := widened(data)
	if r.circle() {
		low, high = -math.Pi, math.Pi
	}
	q := linspace(low, high, 200)
	_, v, err := energies(m, []float32{0}, q, constant(0, len(q)))
	if err != nil {
		return nil, "", err
	}
	curves := []plots.Series{{Name: "learned", X: q, Y: fromMinimum(v)}}
	if f.Form != metrics.NoForm {
		fitted := make([]float64, len(q))
		for i, x := range q {
			fitted[i] = f.At(x)
		}
		curves = append(curves, plots.Series{Name: "formula: " + f.Form, X: q, Y: fromMinimum(fitted), Style: plots.Style{Color: color.NRGBA{A: 255}, Dashes: []float64{5, 3.5}, Width: 1.5}})
	}
	p, err = plots.Profiles("The learned potential and the form that it has", plots.Profile{X: "q", Y: "V(q)", Curves: curves, Data: data, Circle: r.circle()})
	return p, fmt.Sprintf("%s. The form leaves %.2g of the variance of V where the data have been.", f.Text, f.Unexplained), err
}
