package figures

import (
	"fmt"
	"strings"

	"hgn.local/pkg/plots"
)

// speeds lists the rows of Directions, with dt in units of the videos'.
var speeds = []struct {
	name  string
	speed float64
}{{"forward", 1}, {"backward", -1}, {"double speed", 2}, {"half speed", 0.5}}

// Rollouts rolls the learned dynamics out from the first frame of test video i: forward, backward, at double and at
// half speed, with the given number of steps each.
func (r *Run) Rollouts(i, steps int) ([]*Rollout, error) {
	var out []*Rollout
	for _, c := range speeds {
		o, err := r.Rollout(i, c.speed*r.Dt(), steps)
		if err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, nil
}

// Directions shows in one picture that time is a parameter (Toth et al. 2020, Figure 7). From the same inferred state
// it draws the learned dynamics forward, backward, at double and at half speed, each below the true motion if that is
// known, and above all of them test video i itself. Frame k of a row lies k·dt after the first, with the row's own
// dt. The note says how far the rows are from the truth, and is empty if that is unknown.
func (r *Run) Directions(i, steps int) (p *plots.Picture, note string, err error) {
	test, err := r.Test()
	if err != nil {
		return nil, "", err
	}
	rollouts, err := r.Rollouts(i, steps)
	if err != nil {
		return nil, "", err
	}
	var films []plots.Film
	var errors []string
	for k, o := range rollouts {
		name := speeds[k].name
		if o.Truth != nil {
			films = append(films, plots.Film{Label: "true, " + name, Frames: o.Truth})
			errors = append(errors, fmt.Sprintf("%s %.3g", name, o.MSE()*PerMSE))
		}
		films = append(films, plots.Film{Label: fmt.Sprintf("%s, dt = %s", name, Number(o.Dt)), Frames: o.Learned()})
	}
	if video := Frames(test, i); len(video) > steps {
		films = append([]plots.Film{{Label: "the video", Frames: video[:steps+1]}}, films...)
	}
	if errors != nil {
		note = fmt.Sprintf("Pixel MSE × 10⁴ against the true trajectory without noise: %s; of the mean frame: %.3g.", strings.Join(errors, ", "), rollouts[0].MeanFrameMSE*PerMSE)
	}
	title := fmt.Sprintf("Test video %d, and the learned dynamics from its first frame's state", i)
	p, err = plots.FilmStrip(plots.Strip{Title: title, Size: test.Size}, films...)
	return p, note, err
}
