package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"hgn.local/pkg/figures"
	"hgn.local/pkg/physics"
	"hgn.local/pkg/plots"
	"hgn.local/pkg/progress"
	"hgn.local/pkg/runs"
)

// newFigure5 returns the command that draws training data.
func newFigure5() *cobra.Command {
	var system string
	var constants []string
	r := runs.Simulated("").Recipe
	c := &cobra.Command{
		Use:   "5 --system S --out F.png",
		Short: "The true Hamiltonian of a system, samples of its phase space, and frames",
		Long: `Figure 5 of the paper: of a system with one degree of freedom the true Hamiltonian H(q, p) with trajectories over it, of any other
the paths of its bodies in the plane; beside it videos of the first of them, with the noise.`,
		Args: cobra.NoArgs,
	}
	out := frame(c, ".png")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := out.check(); err != nil {
			return err
		}
		var err error
		r.System = system
		if r.Constants, r.Vary, err = constantsOf(system, constants); err != nil {
			return err
		}
		return out.draw(c, func() (*plots.Picture, string, error) {
			set, err := r.Generate(c.Context(), nil)
			if err != nil {
				return nil, "", err
			}
			s, err := set.Physics()
			if err != nil {
				return nil, "", err
			}
			p, err := figures.System(s, set)
			return p, "", err
		})
	}
	f := c.Flags()
	f.StringVar(&system, "system", "", "which: "+strings.Join(physics.Names(), ", ")+" (required)")
	f.StringArrayVar(&constants, "constant", nil, "key=value, one constant of the system; may be repeated")
	f.IntVar(&r.Trajectories, "n", figures.Orbits, "how many trajectories")
	f.IntVar(&r.Size, "size", r.Size, "pixels along a frame's edge")
	f.Uint64Var(&r.Seed, "seed", r.Seed, "of the random numbers")
	c.MarkFlagRequired("system")
	return c
}

// newFigure6 returns the command that compares runs frame by frame.
func newFigure6() *cobra.Command {
	c := &cobra.Command{
		Use:   "6 DIR ... --out F.png",
		Short: "The pixel error of each frame, of several runs",
		Long: `Figure 6 of the paper: the pixel MSE of each frame of the first training and test videos, and its mean over many; dotted, the error of
always showing the mean frame and the noise floor. A run that was not measured before, or has been trained on since, is
measured first, as hgn eval does.`,
		Args: cobra.MinimumNArgs(1),
	}
	out := frame(c, ".png")
	c.RunE = func(c *cobra.Command, dirs []string) error {
		if err := out.check(); err != nil {
			return err
		}
		all, done, err := drawn(c, dirs)
		if err != nil {
			return err
		}
		defer done()
		if err := ofKind(out.figure, false, all); err != nil {
			return err
		}
		measured, err := measure(c, all)
		if err != nil {
			return err
		}
		return out.draw(c, func() (*plots.Picture, string, error) {
			p, err := figures.PerStep(measured...)
			return p, "", err
		})
	}
	return c
}

// measure returns the measures of runs, and computes those that are missing for the present checkpoints.
func measure(c *cobra.Command, all []*figures.Run) ([]figures.Measured, error) {
	report := progress.New(c.ErrOrStderr())
	defer report.End("")
	var measured []figures.Measured
	for _, r := range all {
		report.Begin("measuring " + r.Dir)
		report, err := r.Measures(c.Context())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.Dir, err)
		}
		measured = append(measured, figures.Measured{Name: r.Label, Report: report})
	}
	return measured, nil
}

// newFigure7 returns the command that shows interpolated states and rollouts at chosen times.
func newFigure7() *cobra.Command {
	o := figures.Interpolation{To: 1, States: figures.DefaultInterpolationStates}
	c := &cobra.Command{
		Use:   "7 DIR --out F.png|F.gif",
		Short: "Rollouts between two videos, and forward, backward, at double and at half speed",
		Long: `Figure 7 of the paper: states on a straight way through the learned phase space from that of one test video to that of another, each
rolled out as a row of frames; and below, from the first of these videos, the learned dynamics forward, backward, at double and at half
speed. Above and below the learned frames is what truly happens, where that is known. A .gif has the four rollouts moving.`,
		Args: cobra.ExactArgs(1),
	}
	out := frame(c, ".png", ".gif")
	c.RunE = func(c *cobra.Command, dirs []string) error {
		if err := out.check(); err != nil {
			return err
		}
		if o.From == o.To {
			return usageError("figure 7 goes from one test video to another, not from %d to itself: choose another --from or --to", o.From)
		}
		run, done, err := videoRun(c, 7, dirs, &o.Steps, &o.Dt)
		if err != nil {
			return err
		}
		defer done()
		return out.draw(c, func() (*plots.Picture, string, error) {
			if out.gif() {
				rollouts, err := run.Rollouts(o.From, o.Steps)
				if err != nil {
					return nil, "", err
				}
				p, err := figures.Animate(rollouts...)
				return p, "", err
			}
			between, err := run.Interpolation(o)
			if err != nil {
				return nil, "", err
			}
			directions, note, err := run.Directions(o.From, o.Steps)
			if err != nil {
				return nil, "", err
			}
			p, err := plots.Grid(1, between, directions)
			return p, note, err
		})
	}
	f := c.Flags()
	f.IntVar(&o.From, "from", o.From, "test video at which the interpolation begins, and the rollouts")
	f.IntVar(&o.To, "to", o.To, "test video at which the interpolation ends")
	f.IntVar(&o.States, "n", o.States, "how many states, both ends included")
	rolloutFlags(c, &o.Steps, &o.Dt, " of the interpolation")
	return c
}

// newFigure8 returns the command that shows videos sampled from a model.
func newFigure8() *cobra.Command {
	o := figures.Samples{N: figures.DefaultSamples, Seed: 1}
	var from string
	c := &cobra.Command{
		Use:   "8 DIR --out F.png|F.gif",
		Short: "Samples from the prior, rolled out",
		Long: `Figure 8 of the paper: states drawn from the prior, each rolled out as a row of frames, or as a film in a .gif. hgn sample writes more of them, as
.npz or .gif; what it says of --from holds here.`,
		Args: cobra.ExactArgs(1),
	}
	out := frame(c, ".png", ".gif")
	c.RunE = func(c *cobra.Command, dirs []string) error {
		if err := out.check(); err != nil {
			return err
		}
		var err error
		if o.Posterior, err = fromOf(from); err != nil {
			return err
		}
		run, done, err := videoRun(c, 8, dirs, &o.Steps, &o.Dt)
		if err != nil {
			return err
		}
		defer done()
		return out.draw(c, func() (*plots.Picture, string, error) {
			strip, moving, err := run.Samples(o)
			if out.gif() {
				strip = moving
			}
			return strip, "", err
		})
	}
	f := c.Flags()
	f.IntVar(&o.N, "n", o.N, "how many samples")
	f.Uint64Var(&o.Seed, "seed", o.Seed, "of the random numbers")
	f.StringVar(&from, "from", fromPrior, fromHelp)
	rolloutFlags(c, &o.Steps, &o.Dt, "")
	return c
}

// rolloutFlags adds the flags for the length and speed of rollouts; videoRun sets their defaults.
func rolloutFlags(c *cobra.Command, steps *int, dt *float64, of string) {
	c.Flags().IntVar(steps, "steps", 0, "how many intervals a rollout has (default: as many as the videos)")
	c.Flags().Float64Var(dt, "dt", 0, "time between two frames"+of+", negative for backwards (default: that of the videos)")
}

// videoRun opens the run of figure n, which must be a run of videos, and sets the flags of rolloutFlags that were not
// given.
func videoRun(c *cobra.Command, n int, dirs []string, steps *int, dt *float64) (*figures.Run, func(), error) {
	all, done, err := drawn(c, dirs)
	if err != nil {
		return nil, nil, err
	}
	if err := ofKind(strconv.Itoa(n), false, all); err != nil {
		return nil, nil, err
	}
	return all[0], done, rolloutDefaults(c, all[0], steps, dt)
}

// rolloutDefaults sets the flags of rolloutFlags that were not given to the values of the run's videos.
func rolloutDefaults(c *cobra.Command, run *figures.Run, steps *int, dt *float64) error {
	shape, err := run.Data.Shape()
	if err != nil {
		return err
	}
	if !c.Flags().Changed("steps") {
		*steps = shape.Frames - 1
	}
	if !c.Flags().Changed("dt") {
		*dt = shape.Dt
	}
	return nil
}
