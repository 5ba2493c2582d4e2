package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"hgn.local/pkg/dataset"
	"hgn.local/pkg/physics"
	"hgn.local/pkg/progress"
)

// newDataCommand returns the command that simulates a system and writes its videos.
func newDataCommand() *cobra.Command {
	r := dataset.Recipe{Dt: 0.125}
	var out string
	var constants []string
	c := &cobra.Command{
		Use:     "data --system S --out F.npz",
		Example: `  hgn data --system pendulum --trajectories 1000 --out pendulum.npz`,
		Short:   "Simulate a system and write its videos as .npz",
		Long: `Simulate a system and write its videos as .npz: frames uint8 [N,T,P,P,3]; q, p float64 [N,T,d];
energy float64 [N,T]; dt float64. Only the frames see the noise: q, p and energy are those of the clean trajectory.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if c.Flags().Changed("noise") && !(r.Noise >= 0) {
				return usageError("--noise must not be negative, got %g", r.Noise)
			}
			var err error
			if r.Constants, r.Vary, err = constantsOf(r.System, constants); err != nil {
				return err
			}
			report := progress.New(c.ErrOrStderr())
			report.Begin(fmt.Sprintf("simulating %d trajectories of %s", r.Trajectories, r.System))
			set, err := r.Generate(c.Context(), func(done, total int) { report.Note(fmt.Sprintf("%d of %d", done, total)) })
			if err == nil {
				err = set.Save(out)
			}
			if err != nil {
				report.End("")
				return err
			}
			report.End("done")
			report.Say("%s: %d videos of %d frames, %dx%d pixels", out, set.N, set.T, set.Size, set.Size)
			return nil
		},
	}
	f := c.Flags()
	f.StringVar(&r.System, "system", "", "what to simulate: "+strings.Join(physics.Names(), ", ")+" (required)")
	f.IntVar(&r.Trajectories, "trajectories", 1000, "how many")
	f.IntVar(&r.Frames, "frames", 30, "frames of each")
	f.IntVar(&r.Size, "size", 32, "pixels along a frame's edge")
	f.Float64Var(&r.Dt, "dt", 0.125, "time between two frames")
	f.Uint64Var(&r.Seed, "seed", 1, "of the random numbers")
	f.Float64Var(&r.Noise, "noise", -1, "standard deviation on every coordinate before rendering (default: the system's own)")
	f.Lookup("noise").DefValue = "0"
	f.StringArrayVar(&constants, "constant", nil, "key=value, one constant of the system; may be repeated")
	f.StringVar(&out, "out", "", "file to write (required)")
	c.MarkFlagRequired("system")
	c.MarkFlagRequired("out")
	return c
}
