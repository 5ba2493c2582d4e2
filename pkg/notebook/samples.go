package notebook

import (
	"fmt"

	"hgn.local/pkg/figures"
)

// Samples shows videos that the model generates (Toth et al. 2020, Figure 8): states drawn from the prior and rolled
// out, as film strips and as an animation. Options: Seed, Trajectories (how many, default 6), Steps, Dt (as in a
// rollout), and FromPosterior, which draws from a Gaussian fitted to the latents of training videos instead: the
// prior matches the latents only as well as the KL term of the training enforced it.
func Samples(run *Run, opts ...Option) {
	cell(func() error { return run.samples(opts) })
}

func (r *Run) samples(opts []Option) error {
	if _, err := r.asHGN("Samples", "what an HGN makes up"); err != nil {
		return err
	}
	shape, err := r.Data.Shape()
	if err != nil {
		return err
	}
	s, err := applyOptions("Samples", settings{seed: 1, trajectories: figures.DefaultSamples, steps: shape.Frames - 1, dt: shape.Dt}, opts, "Seed", "Trajectories", "Steps", "Dt", "FromPosterior")
	if err != nil {
		return err
	}
	strip, moving, err := r.drawn.Samples(figures.Samples{N: s.trajectories, Seed: s.seed, Posterior: s.posterior, Dt: s.dt, Steps: s.steps})
	if err != nil {
		return err
	}
	from := "prior"
	if s.posterior {
		from = "posterior"
	}
	name := fmt.Sprintf("samples_%s_seed%d_dt%g", from, s.seed, s.dt)
	if err := showPicture(r.Dir, name, fmt.Sprintf("Film strips of %d samples", s.trajectories), strip); err != nil {
		return err
	}
	return showPicture(r.Dir, name, fmt.Sprintf("Animation of %d samples", s.trajectories), moving)
}
