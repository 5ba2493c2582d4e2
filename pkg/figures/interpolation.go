package figures

import (
	"fmt"

	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/plots"
	"hgn.local/pkg/runs"
)

// Interpolation describes a straight path through the learned phase space, with a rollout from each of some states on
// it.
type Interpolation struct {
	From, To int     // test videos
	States   int     // number on the path, both ends included
	Dt       float64 // time step of the rollouts, negative for backward in time
	Steps    int     // length of the rollouts
}

// DefaultInterpolationStates is the default number of states in an interpolation.
const DefaultInterpolationStates = 7

const (
	mostStations = 20
	manyRows     = 10 // frames in a strip of many rows; more would make a large file
)

// Interpolation shows states on a straight path through the learned phase space from that of one test video to that
// of another, each rolled out as a row of frames (Toth et al. 2020, Figure 7). Above and below them it shows the true
// motion from the two ends, if that is known.
func (r *Run) Interpolation(o Interpolation) (*plots.Picture, error) {
	m, err := r.generative()
	if err != nil {
		return nil, err
	}
	if o.States < 2 || o.States > mostStations {
		return nil, mistake("an interpolation has 2 to %d states, not %d", mostStations, o.States)
	}
	if err := checkSteps(o.Steps, o.States); err != nil {
		return nil, err
	}
	var ends [2]*Rollout
	for i, v := range []int{o.From, o.To} {
		if ends[i], err = r.Rollout(v, o.Dt, o.Steps); err != nil {
			return nil, err
		}
	}
	states, err := m.Interpolate(ends[0].States[0], ends[1].States[0], o.States)
	if err != nil {
		return nil, err
	}
	learned, err := films(m, states, o.Dt, o.Steps)
	if err != nil {
		return nil, err
	}
	for i := range learned {
		learned[i].Label = fmt.Sprintf("%d%%", (100*i+(o.States-1)/2)/(o.States-1))
	}
	if ends[0].Truth != nil {
		learned = append([]plots.Film{{Label: fmt.Sprintf("true, video %d", o.From), Frames: ends[0].Truth}}, learned...)
		learned = append(learned, plots.Film{Label: fmt.Sprintf("true, video %d", o.To), Frames: ends[1].Truth})
	}
	title := fmt.Sprintf("From the state of test video %d to that of video %d, %s, dt = %s", o.From, o.To, ends[0].Name(), Number(o.Dt))
	return plots.FilmStrip(plots.Strip{Title: title, Size: ends[0].Size, Times: ends[0].Times(), MaxFrames: manyRows}, learned...)
}

// films returns the rollouts from each of some states.
func films(m video.Model, start video.States, dt float64, steps int) ([]plots.Film, error) {
	rolled, err := runs.Roll(m, start, dt, steps)
	if err != nil {
		return nil, err
	}
	out := make([]plots.Film, start.N)
	for i := range out {
		out[i].Frames = film(rolled, i)
	}
	return out, nil
}
