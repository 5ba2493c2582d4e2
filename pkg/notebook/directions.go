package notebook

import (
	"fmt"
	"strings"

	"hgn.local/pkg/plots"
)

// Directions shows in one picture that time is a parameter (Toth et al. 2020, Figure 7): from the same inferred state, the
// learned dynamics forward, backward, at double and at half speed, each under what truly happens where that is known; and
// above all of them the video itself. Frame k of a row lies k·dt after the first, with the row's own dt. Options: Steps
// (default: a video's length), Trajectory (which test video, default 0).
func Directions(run *Run, opts ...Option) {
	cell(func() error { return run.directions(opts) })
}

// speeds are the rows of Directions, dt in units of the videos'.
var speeds = []struct {
	name  string
	speed float64
}{{"forward", 1}, {"backward", -1}, {"double speed", 2}, {"half speed", 0.5}}

func (r *Run) directions(opts []Option) error {
	test, err := r.tested()
	if err != nil {
		return err
	}
	s, err := settle("Directions", settings{steps: test.T - 1}, opts, "Steps", "Trajectory")
	if err != nil {
		return err
	}
	var films []plots.Film
	var errors []string
	mean := 0.0
	for _, c := range speeds {
		o, err := r.rollout("Directions", []Option{Steps(s.steps), Trajectory(s.trajectory), Dt(c.speed * test.Dt)})
		if err != nil {
			return err
		}
		label := fmt.Sprintf("%s, dt = %s", c.name, number(o.Dt))
		if o.Truth != nil {
			films = append(films, plots.Film{Label: "true, " + c.name, Frames: o.Truth})
			errors = append(errors, fmt.Sprintf("%s %.3g", c.name, o.MSE()*perMSE))
			mean = o.MeanFrameMSE
		}
		films = append(films, plots.Film{Label: label, Frames: o.Learned()})
	}
	if video := frames(test, s.trajectory); len(video) > s.steps {
		films = append([]plots.Film{{Label: "the video", Frames: video[:s.steps+1]}}, films...)
	}
	title := fmt.Sprintf("Test video %d, and the learned dynamics from its first frame's state", s.trajectory)
	p, err := plots.FilmStrip(plots.Strip{Title: title, Size: test.Size}, films...)
	if err != nil {
		return err
	}
	name := fmt.Sprintf("directions_video%d", s.trajectory)
	if err := showPicture(r.Dir, name, "Film strips of a test video and of rollouts forward, backward, at double and at half speed", p); err != nil {
		return err
	}
	if errors != nil {
		showNote("Pixel MSE × 10⁴ against the true trajectory without noise: %s; of the mean frame: %.3g.", strings.Join(errors, ", "), mean*perMSE)
	}
	return nil
}
