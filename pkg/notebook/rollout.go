package notebook

import (
	"fmt"

	"hgn.local/pkg/figures"
)

// Rollout is a prediction from the first frame of a test video: the learned states, frames and energies of one
// trajectory at the times 0, dt, 2dt, ..., and the true trajectory if that is known.
type Rollout struct {
	*figures.Rollout
	run *Run
}

// Rollout runs the learned dynamics from the first frame of a test video. Options: Steps (default: a video's length),
// Dt (default: the videos' dt; negative: backward in time), Trajectory (which test video, default 0).
func (r *Run) Rollout(opts ...Option) (out *Rollout) {
	cell(func() (err error) {
		out, err = r.rollout("Run.Rollout", opts)
		return err
	})
	return out
}

func (r *Run) rollout(call string, opts []Option) (*Rollout, error) {
	test, err := r.tested()
	if err != nil {
		return nil, err
	}
	s, err := applyOptions(call, settings{steps: test.T - 1, dt: test.Dt}, opts, "Steps", "Dt", "Trajectory")
	if err != nil {
		return nil, err
	}
	o, err := r.drawn.Rollout(s.trajectory, s.dt, s.steps)
	return &Rollout{o, r}, err
}

// show displays the rollout as a film strip, with the truth above it.
func (r *Rollout) show() error {
	p, err := r.Strip()
	if err != nil {
		return err
	}
	return showPicture(r.run.Dir, "rollout_"+fileName(r), "Film strip of a rollout "+r.Name(), p)
}

// fileName distinguishes rollouts in the names of files.
func fileName(r *Rollout) string { return fmt.Sprintf("video%d_dt%g", r.Video, r.Dt) }
