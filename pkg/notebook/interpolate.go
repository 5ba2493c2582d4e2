package notebook

import (
	"fmt"

	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/plots"
	"hgn.local/pkg/runs"
)

// Interpolate shows states on a straight way through the learned phase space from that of one test video to that of
// another, each rolled out as a row of frames (Toth et al. 2020, Figure 7); above and below them what truly happens from the
// two ends, where that is known. Options: From and To (test videos, default 0 and 1), Trajectories (how many states, both
// ends included, default 7), Steps, Dt (as of a rollout: negative is backward in time).
func Interpolate(run *Run, opts ...Option) {
	cell(func() error { return run.interpolate(opts) })
}

const (
	stations     = 7
	mostStations = 20
	manyRows     = 10 // frames in a strip of many rows, which would be a large file with more
)

func (r *Run) interpolate(opts []Option) error {
	m, err := r.asHGN("Interpolate", "the way between two states of an HGN")
	if err != nil {
		return err
	}
	test, err := r.tested()
	if err != nil {
		return err
	}
	s, err := settle("Interpolate", settings{to: 1, trajectories: stations, steps: test.T - 1, dt: test.Dt}, opts, "From", "To", "Trajectories", "Steps", "Dt")
	if err != nil {
		return err
	}
	if s.trajectories < 2 || s.trajectories > mostStations {
		return mistake("nb.Interpolate shows 2 to %d states, not %d", mostStations, s.trajectories)
	}
	if err := checkSteps(s.steps, s.trajectories); err != nil {
		return err
	}
	if s.from == s.to {
		return mistake("nb.Interpolate goes from one test video to another, not from %d to itself: choose another nb.From or nb.To", s.from)
	}
	var ends [2]*Rollout
	for i, v := range []int{s.from, s.to} {
		if ends[i], err = r.rollout("Interpolate", []Option{Trajectory(v), Steps(s.steps), Dt(s.dt)}); err != nil {
			return err
		}
	}
	states, err := m.Between(ends[0].States[0], ends[1].States[0], s.trajectories)
	if err != nil {
		return err
	}
	learned, err := films(m, states, s.dt, s.steps)
	if err != nil {
		return err
	}
	for i := range learned {
		learned[i].Label = fmt.Sprintf("%d%%", (100*i+(s.trajectories-1)/2)/(s.trajectories-1))
	}
	if ends[0].Truth != nil {
		learned = append([]plots.Film{{Label: fmt.Sprintf("true, video %d", s.from), Frames: ends[0].Truth}}, learned...)
		learned = append(learned, plots.Film{Label: fmt.Sprintf("true, video %d", s.to), Frames: ends[1].Truth})
	}
	title := fmt.Sprintf("From the state of test video %d to that of video %d, %s, dt = %s", s.from, s.to, ends[0].Name(), number(s.dt))
	p, err := plots.FilmStrip(plots.Strip{Title: title, Size: test.Size, Times: ends[0].Times(), MaxFrames: manyRows}, learned...)
	if err != nil {
		return err
	}
	name := fmt.Sprintf("interpolation_video%d_video%d_dt%g", s.from, s.to, s.dt)
	return showPicture(r.Dir, name, "Film strips of rollouts from states between those of two test videos", p)
}

// films are the rollouts from each of some states.
func films(m video.Model, start video.States, dt float64, steps int) ([]plots.Film, error) {
	rolled, err := runs.Roll(m, start, dt, steps)
	if err != nil {
		return nil, err
	}
	out := make([]plots.Film, start.N)
	for i := range out {
		for t := range rolled.States {
			out[i].Frames = append(out[i].Frames, runs.RGB(rolled.Frame(i, t)))
		}
	}
	return out, nil
}
