package notebook

import (
	"fmt"

	"hgn.local/pkg/figures"
)

// Interpolate shows states on a straight path through the learned phase space from that of one test video to that of
// another, each rolled out as a row of frames (Toth et al. 2020, Figure 7). Above and below them it shows the true
// motion from the two ends, if that is known. Options: From and To (test videos, default 0 and 1), Trajectories (how
// many states, both ends included, default 7), Steps, Dt (as in a rollout: negative is backward in time).
func Interpolate(run *Run, opts ...Option) {
	cell(func() error { return run.interpolate(opts) })
}

func (r *Run) interpolate(opts []Option) error {
	if _, err := r.asHGN("Interpolate", "the way between two states of an HGN"); err != nil {
		return err
	}
	test, err := r.tested()
	if err != nil {
		return err
	}
	s, err := applyOptions("Interpolate", settings{to: 1, trajectories: figures.DefaultInterpolationStates, steps: test.T - 1, dt: test.Dt}, opts, "From", "To", "Trajectories", "Steps", "Dt")
	if err != nil {
		return err
	}
	if s.from == s.to {
		return mistake("nb.Interpolate goes from one test video to another, not from %d to itself: choose another nb.From or nb.To", s.from)
	}
	p, err := r.drawn.Interpolation(figures.Interpolation{From: s.from, To: s.to, States: s.trajectories, Dt: s.dt, Steps: s.steps})
	if err != nil {
		return err
	}
	name := fmt.Sprintf("interpolation_video%d_video%d_dt%g", s.from, s.to, s.dt)
	return showPicture(r.Dir, name, "Film strips of rollouts from states between those of two test videos", p)
}
