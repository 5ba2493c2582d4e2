package notebook

import "fmt"

// Directions shows in one picture that time is a parameter (Toth et al. 2020, Figure 7). From the same inferred state
// it draws the learned dynamics forward, backward, at double and at half speed, each below the true motion if that is
// known, and above all of them the video itself. Frame k of a row lies k·dt after the first, with the row's own dt.
// Options: Steps (default: a video's length), Trajectory (which test video, default 0).
func Directions(run *Run, opts ...Option) {
	cell(func() error { return run.directions(opts) })
}

func (r *Run) directions(opts []Option) error {
	test, err := r.tested()
	if err != nil {
		return err
	}
	s, err := applyOptions("Directions", settings{steps: test.T - 1}, opts, "Steps", "Trajectory")
	if err != nil {
		return err
	}
	p, note, err := r.drawn.Directions(s.trajectory, s.steps)
	if err != nil {
		return err
	}
	name := fmt.Sprintf("directions_video%d", s.trajectory)
	if err := showPicture(r.Dir, name, "Film strips of a test video and of rollouts forward, backward, at double and at half speed", p); err != nil {
		return err
	}
	if note != "" {
		showNote("%s", note)
	}
	return nil
}
