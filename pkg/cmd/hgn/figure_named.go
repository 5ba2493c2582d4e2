package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"hgn.local/pkg/figures"
	"hgn.local/pkg/plots"
)

// newNamedFigure returns the command of a figure that has a name.
func newNamedFigure(f figures.Figure) *cobra.Command {
	o := figures.Options{Seed: 1}
	dirs, args := "DIR", cobra.ExactArgs(1)
	if f.Several {
		dirs, args = "DIR ...", cobra.MinimumNArgs(1)
	}
	c := &cobra.Command{Use: f.Name + " " + dirs + " --out F.png", Short: f.Shows, Args: args}
	out := frame(c, ".png")
	c.RunE = func(c *cobra.Command, dirs []string) error {
		return out.drawRuns(c, dirs, f.Density, func(all []*figures.Run) (*plots.Picture, string, error) {
			if slices.Contains(f.Options, "steps") {
				if err := rolloutDefaults(c, all[0], &o.Steps, &o.Dt); err != nil {
					return nil, "", err
				}
			}
			return f.Draw(all, o)
		})
	}
	for _, name := range f.Options {
		switch name {
		case "steps":
			rolloutFlags(c, &o.Steps, &o.Dt, "")
		case "video":
			c.Flags().IntVar(&o.Video, "trajectory", 0, "test video that the rollouts begin with")
		case "n":
			c.Flags().IntVar(&o.N, "n", 0, "how many are drawn (default: as many as make a clear picture)")
		case "seed":
			c.Flags().Uint64Var(&o.Seed, "seed", o.Seed, "of the random numbers")
		}
	}
	return c
}

// listFigures prints every figure with a description.
func listFigures(w io.Writer, all []*cobra.Command) {
	number := func(c *cobra.Command) int { // figures without a number come last
		if n, err := strconv.Atoi(c.Name()); err == nil {
			return n
		}
		return math.MaxInt
	}
	slices.SortStableFunc(all, func(a, b *cobra.Command) int { return cmp.Compare(number(a), number(b)) })
	for _, c := range all {
		fmt.Fprintf(w, "%-12s  %s\n", c.Name(), c.Short)
	}
}
