package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/figures"
	"hgn.local/pkg/plots"
	"hgn.local/pkg/progress"
	"hgn.local/pkg/runs"
)

// newFigureCommand returns the command that draws the paper's figures, like the notebooks.
func newFigureCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "figure N|NAME",
		Short: "Draw the paper's figures 5 to 10 of your own runs, and others",
		Long: `Draw what a figure of the paper (Toth et al. 2020) shows, of your own runs, by its number, or another picture by its name; the pictures are
those of the notebooks. Each figure is a command, and hgn figure N --help has its flags. The paper's tables are printed by hgn table.`,
		Example: `  hgn figure --list
  hgn figure 7 runs/pendulum --from 0 --to 3 --out rollouts.png
  hgn figure energy runs/pendulum --out energy.png
  hgn figure 10 runs/flow runs/rnvp --out likelihoods.png`,
	}
	var list bool
	c.Flags().BoolVar(&list, "list", false, "print the figures, a line each")
	group(c)
	usage := c.RunE
	c.RunE = func(c *cobra.Command, args []string) error {
		if list {
			listFigures(c.OutOrStdout(), c.Commands())
			return nil
		}
		return usage(c, args)
	}
	c.FParseErrWhitelist.UnknownFlags = true // flags of a figure that does not exist
	c.Args = func(_ *cobra.Command, args []string) error {
		if len(args) > 0 {
			return fmt.Errorf("there is no figure %q: hgn figure --list has them", args[0])
		}
		return nil
	}
	c.AddCommand(newFigure5(), newFigure6(), newFigure7(), newFigure8(), newFigure9(), newFigure10())
	for _, f := range figures.All() {
		c.AddCommand(newNamedFigure(f))
	}
	return c
}

// canvas is the file to which a figure is written.
type canvas struct {
	figure string   // its number or name
	kinds  []string // permitted endings of the file's name
	path   string
}

// frame adds the flag for the file to the command of a figure, with the permitted endings.
func frame(c *cobra.Command, kinds ...string) *canvas {
	k := &canvas{figure: c.Name(), kinds: kinds}
	c.Flags().StringVar(&k.path, "out", "", "file to write, "+strings.Join(kinds, " or ")+" (required)")
	c.MarkFlagRequired("out")
	return k
}

// check refuses a file that cannot be written, before any computation.
func (k *canvas) check() error {
	if !slices.Contains(k.kinds, k.kind()) {
		return usageError("figure %s is written as %s: --out must end so, got %q", k.figure, strings.Join(k.kinds, " or "), k.path)
	}
	if info, err := os.Stat(filepath.Dir(k.path)); err != nil || !info.IsDir() {
		return usageError("cannot write %s: there is no folder %s", k.path, filepath.Dir(k.path))
	}
	return nil
}

func (k *canvas) kind() string { return strings.ToLower(filepath.Ext(k.path)) }
func (k *canvas) gif() bool    { return k.kind() == ".gif" }

// draw paints the figure and writes it, whole or not at all, and prints paint's note.
func (k *canvas) draw(c *cobra.Command, paint func() (p *plots.Picture, note string, err error)) error {
	report := progress.New(c.ErrOrStderr())
	report.Begin(fmt.Sprintf("drawing figure %s", k.figure))
	p, note, err := paint()
	report.End("")
	if err != nil {
		return err
	}
	if err := c.Context().Err(); err != nil {
		return stoppedOr(c.Context(), err)
	}
	save := p.SavePNG
	if k.gif() {
		save = p.SaveGIF
	}
	if err := save(k.path); err != nil {
		return err
	}
	if note != "" {
		report.Say("%s", note)
	}
	bounds := p.Image().Bounds()
	report.Say("%s: figure %s, %dx%d pixels", k.path, k.figure, bounds.Dx(), bounds.Dy())
	return nil
}

// drawn opens the runs of a figure. Their backend opens when the figure needs it, and done closes it.
func drawn(c *cobra.Command, dirs []string) (all []*figures.Run, done func(), err error) {
	opened, err := openTrained(dirs)
	if err != nil {
		return nil, nil, err
	}
	var held *device.Device
	open := sync.OnceValues(func() (d *device.Device, err error) {
		held, err = openDevice(c)
		return held, err
	})
	for i, label := range labels(opened) {
		all = append(all, figures.Of(opened[i], label, open))
	}
	return all, func() {
		if held != nil {
			held.Close()
		}
	}, nil
}

// labels returns the names of runs in pictures: the names of their folders alone if these differ.
func labels(opened []*runs.Run) []string {
	var short, long []string
	for _, r := range opened {
		if slices.Contains(short, r.Name()) {
			short = nil
			break
		}
		short = append(short, r.Name())
	}
	for _, r := range opened {
		long = append(long, r.Dir)
	}
	if short != nil {
		return short
	}
	return long
}

// ofKind fails unless all runs learned what the figure shows: densities, or else videos or states.
func ofKind(figure string, densities bool, all []*figures.Run) error {
	for _, r := range all {
		switch {
		case densities && !r.OfDensity():
			return usageError("figure %s is of densities, and %s learned from videos or states: hgn figure --list has those", figure, r.Dir)
		case !densities && r.OfDensity():
			return usageError("figure %s is of videos, and %s learned a density: hgn figure --list has those", figure, r.Dir)
		}
	}
	return nil
}

// drawRuns draws a figure of trained runs, which must be runs of densities, or else of videos or states.
func (k *canvas) drawRuns(c *cobra.Command, dirs []string, densities bool, paint func(all []*figures.Run) (*plots.Picture, string, error)) error {
	if err := k.check(); err != nil {
		return err
	}
	all, done, err := drawn(c, dirs)
	if err != nil {
		return err
	}
	defer done()
	if err := ofKind(k.figure, densities, all); err != nil {
		return err
	}
	return k.draw(c, func() (*plots.Picture, string, error) { return paint(all) })
}
