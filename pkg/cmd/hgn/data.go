package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"hgn.local/pkg/dataset"
	"hgn.local/pkg/dataset/shards"
	"hgn.local/pkg/physics"
	"hgn.local/pkg/progress"
)

// newDataCommand returns the command that simulates a system and writes its videos.
func newDataCommand() *cobra.Command {
	r := dataset.Recipe{Dt: 0.125}
	var out string
	var count int
	var constants []string
	c := &cobra.Command{
		Use: "data --system S --out F.npz|DIR",
		Example: `  hgn data --system pendulum --trajectories 1000 --out pendulum.npz
  hgn data --system pendulum --trajectories 50000 --size 64 --shards 50 --out films   # 18 GB, for hgn train --data films
  hgn data check films`,
		Short: "Simulate a system and write its videos as .npz",
		Long: `Simulate a system and write its videos as .npz: frames uint8 [N,T,P,P,3]; q, p float64 [N,T,d];
energy float64 [N,T]; dt float64. Only the frames see the noise: q, p and energy are those of the clean trajectory.

--shards N writes a folder of N such files and an index with their checksums, one file in memory at a time, so that a data set may be
larger than the memory. hgn train --data reads its videos one by one, in an order shuffled over the whole set.`,
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
			note := func(done, total int) { report.Note(fmt.Sprintf("%d of %d", done, total)) }
			report.Begin(fmt.Sprintf("simulating %d trajectories of %s", r.Trajectories, r.System))
			if c.Flags().Changed("shards") {
				index, err := shards.Write(c.Context(), r, out, count, note)
				if err != nil {
					report.End("")
					return err
				}
				report.End("done")
				report.Say("%s: %d videos of %d frames, %dx%d pixels, in %d shards of %d MB together", out, r.Trajectories, r.Frames, r.Size, r.Size, len(index.Shards), index.Bytes()/1e6)
				return nil
			}
			set, err := r.Generate(c.Context(), note)
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
	f.IntVar(&count, "shards", 0, "write a folder of so many files")
	f.StringVar(&out, "out", "", "file or, with --shards, folder to write (required)")
	c.AddCommand(newDataCheckCommand())
	c.MarkFlagRequired("system")
	c.MarkFlagRequired("out")
	return c
}

// newDataCheckCommand returns the command that compares a folder of shards with its checksums.
func newDataCheckCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "check DIR",
		Example: `  hgn data check films`,
		Short:   "Compare a folder of shards with its checksums",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			f, err := shards.Open(args[0])
			if err != nil {
				return err
			}
			defer f.Close()
			report := progress.New(c.ErrOrStderr())
			report.Begin("reading " + args[0])
			err = f.Check(c.Context(), func(done, total int) { report.Note(fmt.Sprintf("%d of %d shards", done, total)) })
			if report.End(""); err != nil {
				return err
			}
			report.Say("%s: %d videos in %d shards, as they were written", args[0], f.Len(), len(f.Shards))
			return nil
		},
	}
}
