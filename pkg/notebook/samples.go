package notebook

import (
	"context"
	"fmt"
	"time"

	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/plots"
	"hgn.local/pkg/runs"
)

// Samples shows what the model makes up (Toth et al. 2020, Figure 8): states drawn from the prior and rolled out, as film
// strips and as an animation. Options: Seed, Trajectories (how many, default 6), Steps, Dt (as of a rollout), and
// FromPosterior, which draws from a Gaussian fitted to the latents of training videos instead: the prior is where they are
// only as far as the KL term of the training has brought them there.
func Samples(run *Run, opts ...Option) {
	cell(func() error { return run.samples(opts) })
}

const (
	dreams        = 6
	mostDreams    = 20
	posteriorSeen = 500 // training videos that the fitted Gaussian is taken over
)

func (r *Run) samples(opts []Option) error {
	m, err := r.asHGN("Samples", "what an HGN makes up")
	if err != nil {
		return err
	}
	shape, err := r.Data.Shape()
	if err != nil {
		return err
	}
	s, err := settle("Samples", settings{seed: 1, trajectories: dreams, steps: shape.Frames - 1, dt: shape.Dt}, opts, "Seed", "Trajectories", "Steps", "Dt", "FromPosterior")
	if err != nil {
		return err
	}
	if s.trajectories < 1 || s.trajectories > mostDreams {
		return mistake("nb.Samples shows 1 to %d samples, not %d", mostDreams, s.trajectories)
	}
	if err := checkSteps(s.steps, s.trajectories); err != nil {
		return err
	}
	name, from := "prior", "the prior, N(0, 1)"
	var states video.States
	if s.posterior {
		name, from = "posterior", "where the training videos are"
		seen, err := r.Data.Sample(context.Background(), posteriorSeen)
		if err != nil {
			return err
		}
		states, err = m.Posterior(runs.Videos(seen), s.trajectories, s.seed)
		if err != nil {
			return err
		}
	} else if states, err = m.Prior(s.trajectories, s.seed); err != nil {
		return err
	}
	dreamt, err := films(m, states, s.dt, s.steps)
	if err != nil {
		return err
	}
	for i := range dreamt {
		dreamt[i].Label = fmt.Sprintf("sample %d", i)
	}
	title := fmt.Sprintf("Samples from %s; dt = %s", from, number(s.dt))
	strip, err := plots.FilmStrip(plots.Strip{Title: title, Size: shape.Size, Times: times(s.steps+1, s.dt), MaxFrames: manyRows}, dreamt...)
	if err != nil {
		return err
	}
	name = fmt.Sprintf("samples_%s_seed%d_dt%g", name, s.seed, s.dt)
	if err := showPicture(r.Dir, name, fmt.Sprintf("Film strips of %d samples", s.trajectories), strip); err != nil {
		return err
	}
	moving, err := plots.AnimateGIF(plots.Animation{
		Size: shape.Size, Columns: columns(s.trajectories), Delay: 100 * time.Millisecond, Colours: 32, Zoom: max(1, 64/shape.Size),
	}, dreamt...)
	if err != nil {
		return err
	}
	return showPicture(r.Dir, name, fmt.Sprintf("Animation of %d samples", s.trajectories), moving)
}

// columns lays n films out in rows of at most eight, as even as can be.
func columns(n int) int {
	rows := (n + 7) / 8
	return (n + rows - 1) / rows
}
