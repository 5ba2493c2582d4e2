package main

import (
	"github.com/spf13/cobra"

	"hgn.local/pkg/figures"
	"hgn.local/pkg/plots"
)

// newFigure9 returns the command that shows what a flow has learned.
func newFigure9() *cobra.Command {
	var n int
	var seed uint64
	c := &cobra.Command{
		Use:   "9 DIR --out F.png|F.gif",
		Short: "Target and learned density of a flow, K(p), V(q), one leapfrog step and the whole flow",
		Long: `Figure 9 of the paper, of a Neural Hamiltonian Flow in the plane: the density of the target and the learned one, K(p) and V(q) of the last
Hamiltonian, its last leapfrog step, and the way of samples of the prior through all steps. A density that is known is drawn exactly, any
other as a kernel density estimate (KDE) of points; the panels say which. A .gif has the samples moving.`,
		Args: cobra.ExactArgs(1),
	}
	out := frame(c, ".png", ".gif")
	c.RunE = func(c *cobra.Command, dirs []string) error {
		return out.drawRuns(c, dirs, true, func(all []*figures.Run) (*plots.Picture, string, error) {
			paint, usual := all[0].Flow, figures.FlowLines
			if out.gif() {
				paint, usual = all[0].FlowGIF, figures.MovingPoints
			}
			if !c.Flags().Changed("n") {
				n = usual
			}
			p, err := paint(n, seed)
			return p, "", err
		})
	}
	c.Flags().IntVar(&n, "n", 0, "how many samples of the prior are on their way (default: 150, and 110 in a .gif)")
	c.Flags().Uint64Var(&seed, "seed", 1, "of the random numbers")
	return c
}

// newFigure10 returns the command that compares learned densities.
func newFigure10() *cobra.Command {
	c := &cobra.Command{
		Use:   "10 DIR ... --out F.png",
		Short: "The held-out likelihood of densities against steps and against seconds of training",
		Long: `Figure 10 of the paper: how the negative log-likelihood of held-out points fell in the training of runs of one density, against steps and
against seconds, with the number of each model's parameters in the legend.`,
		Args: cobra.MinimumNArgs(1),
	}
	out := frame(c, ".png")
	c.RunE = func(c *cobra.Command, dirs []string) error {
		return out.drawRuns(c, dirs, true, func(all []*figures.Run) (*plots.Picture, string, error) {
			p, err := figures.Likelihoods(all...)
			return p, "", err
		})
	}
	return c
}
