package main

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/spf13/cobra"

	"hgn.local/pkg/dataset"
	"hgn.local/pkg/dataset/npz"
	"hgn.local/pkg/dataset/shards"
	"hgn.local/pkg/density"
	"hgn.local/pkg/physics"
	"hgn.local/pkg/progress"
	"hgn.local/pkg/runs"
)

// newDataCommand returns the command that simulates a system and writes its videos.
func newDataCommand() *cobra.Command {
	r := dataset.Recipe{Dt: 0.125}
	var out, target string
	var count int
	n := runs.TestPoints
	var constants []string
	c := &cobra.Command{
		Use: "data --system S --out F.npz|DIR\n  hgn data --density D --out F.npz",
		Example: `  hgn data --system pendulum --trajectories 1000 --out pendulum.npz
  hgn data --system pendulum --trajectories 50000 --size 64 --shards 50 --out films   # 18 GB, for hgn train --data films
  hgn data check films
  hgn data --density two_moons --points 10000 --seed 7 --out fresh.npz`,
		Short: "Simulate a system, or draw points of a density, and write them as .npz",
		Long: `Simulate a system and write its videos as .npz: frames uint8 [N,T,P,P,3]; q, p float64 [N,T,d];
energy float64 [N,T]; dt float64. Only the frames see the noise: q, p and energy are those of the clean trajectory.

--shards N writes a folder of N such files and an index with their checksums, one file in memory at a time, so that a data set may be
larger than the memory. hgn train --data reads its videos one by one, in an order shuffled over the whole set.

Of a density, write points: x float64 [N,d], and their exact logp, float64 [N], in nats.`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if target != "" {
				return drawPoints(c, target, n, r.Seed, out)
			}
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
	f.StringVar(&r.System, "system", "", "what to simulate: "+strings.Join(physics.Names(), ", "))
	f.StringVar(&target, "density", "", "the density to draw points of: "+strings.Join(density.Names(), ", ")+"; or a picture")
	f.IntVar(&n, "points", n, "how many of them")
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
	c.MarkFlagsOneRequired("system", "density")
	c.MarkFlagsMutuallyExclusive("system", "density")
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

// drawPoints writes points of a density of known logarithm, and that logarithm.
func drawPoints(c *cobra.Command, target string, n int, seed uint64, out string) error {
	for _, name := range []string{"trajectories", "frames", "size", "dt", "noise", "constant", "shards"} {
		if c.Flags().Changed(name) {
			return usageError("--%s does not apply to --density: leave it out", name)
		}
	}
	t, err := density.Named(target)
	if err != nil {
		return err
	}
	exact, ok := t.(density.Exact)
	if !ok {
		return usageError("%s holds points already, and their density is not known: give the name of a density, or a picture", target)
	}
	if n < 1 {
		return usageError("--points must be at least 1, not %d", n)
	}
	if err := density.CheckCount(n, t.Dim()); err != nil {
		return err
	}
	x := t.Sample(rand.New(rand.NewPCG(seed, 0)), n)
	logp, err := density.LogDensities(exact, x)
	if err != nil {
		return err
	}
	if err := npz.Write(out, npz.Array{Name: "x", Shape: []int{n, t.Dim()}, Data: x}, npz.Array{Name: "logp", Shape: []int{n}, Data: logp}); err != nil {
		return fmt.Errorf("cannot write the points: %w", err)
	}
	progress.New(c.ErrOrStderr()).Say("%s: %d points of %s", out, n, target)
	return nil
}
