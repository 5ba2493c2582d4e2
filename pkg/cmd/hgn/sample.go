package main

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/density"
	"hgn.local/pkg/figures"
	"hgn.local/pkg/progress"
	"hgn.local/pkg/runs"
)

// sampleFlags holds the flags of `hgn sample`.
type sampleFlags struct {
	n, steps  int
	seed      uint64
	from, out string
	cond      string
	dt        float64
}

// Sources of sampled states.
const (
	fromPrior     = "prior"
	fromPosterior = "posterior"
)

const fromHelp = "what to draw states from: " + fromPrior + ", or " + fromPosterior + " of the training videos"

// fromOf tells whether states come from the posterior.
func fromOf(name string) (posterior bool, err error) {
	if name != fromPrior && name != fromPosterior {
		return false, usageError("--from must be %s or %s, got %q", fromPrior, fromPosterior, name)
	}
	return name == fromPosterior, nil
}

// newSampleCommand returns the command that samples new videos from a model.
func newSampleCommand() *cobra.Command {
	var o sampleFlags
	c := &cobra.Command{
		Use: "sample DIR --n N --out F.npz|F.csv|F.gif",
		Example: `  hgn sample runs/pendulum --n 16 --out dreams.gif   # rollouts from the prior
  hgn sample runs/flow --n 100000 --out samples.npz  # points of a density
  hgn sample runs/wine --n 1000 --out more.csv       # of a table, with the names of its columns
  hgn sample runs/digits --cond 3 --out threes.npz   # of p(x|c), at a class or a number; two values are 0.5,1
  hgn sample runs/digits --cond c.npz --out x.npz    # at the conditions of a file, a point for each`,
		Short: "Draw videos, or points of a density, from a trained model",
		Long: `Of an NHF, an RNVP or an NSF, draw points: a .npz with x, float64 [N,d], and the names of the coordinates in names, if they
have some; or a table, .csv or .tsv. Of a run that learned p(x|c) --cond gives c, which is written beside the points, in cond or in
columns. Of a run that learned an energy U the .npz holds logw, float64 [N], too, the logarithms of the points' importance weights
for exp(-U), whose mean weight is Z.

Of an HGN, draw states from its prior and run the learned dynamics from them: steps intervals of dt, backwards if dt is negative. A
.npz holds frames uint8 [N,steps+1,P,P,3], q, p float64 [N,steps+1,d], energy float64 [N,steps+1] in the model's own units, and dt; a
.gif shows the first ` + gifMostText + ` videos in a grid. hgn figure 8 draws them as the paper's Figure 8 does.

With a small weight of the KL divergence, as the presets quick and cpu have, the videos of the training fill only part of
the prior: --from posterior draws from the Gaussian that they do fill.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			run, err := o.open(args[0])
			if err != nil {
				return err
			}
			if run.OfDensity() {
				return o.points(c, run)
			}
			if !c.Flags().Changed("dt") {
				o.dt = run.Dt()
			}
			d, err := openDevice(c)
			if err != nil {
				return err
			}
			defer d.Close()
			report := progress.New(c.ErrOrStderr())
			report.Begin("sampling from " + args[0])
			films, err := o.draw(c.Context(), d, run)
			report.End("")
			if err != nil {
				return err
			}
			if err = films.save(o.out); err == nil {
				report.Say("%s: %d videos of %d frames, %dx%d pixels", o.out, films.shown(o.gif()), films.t, films.size, films.size)
			}
			return err
		},
	}
	f := c.Flags()
	f.IntVar(&o.n, "n", 16, "how many videos or points")
	f.Uint64Var(&o.seed, "seed", 1, "of the random numbers")
	f.StringVar(&o.from, "from", fromPrior, fromHelp)
	f.Float64Var(&o.dt, "dt", 0, "time between two frames, negative for backwards (default: that of the training videos)")
	f.IntVar(&o.steps, "steps", 30, "how many intervals")
	f.StringVar(&o.cond, "cond", "", "of a run that learned p(x|c): c, its values separated by commas, or a file with conditions in cond or in columns")
	f.StringVar(&o.out, "out", "", "file to write, .npz or .gif, of points also .csv or .tsv (required)")
	c.MarkFlagRequired("out")
	return c
}

func (o sampleFlags) gif() bool { return strings.ToLower(filepath.Ext(o.out)) == ".gif" }

// open checks the flags and opens a run that can be sampled.
func (o sampleFlags) open(dir string) (*runs.Run, error) {
	switch {
	case o.n < 1:
		return nil, usageError("--n must be at least 1, got %d", o.n)
	case o.steps < 1:
		return nil, usageError("--steps must be at least 1, got %d; time runs backwards with a negative --dt", o.steps)
	case !o.gif() && !density.IsSamples(o.out):
		return nil, usageError("--out must end in .npz or .gif, or of points in .csv or .tsv, got %q", o.out)
	}
	if _, err := fromOf(o.from); err != nil {
		return nil, err
	}
	run, err := runs.Open(dir)
	if err != nil {
		return nil, err
	}
	if run.OfDensity() {
		return run, nil
	}
	if o.cond != "" {
		return nil, usageError("--cond does not apply to a run of %s: leave it out", run.Model)
	}
	if !o.gif() && strings.ToLower(filepath.Ext(o.out)) != ".npz" {
		return nil, usageError("videos are written as .npz or .gif, got --out %q", o.out)
	}
	return run, fits(run, o.n, o.steps)
}

// fits refuses more videos of that many steps than memory holds.
func fits(run *runs.Run, n, steps int) error {
	shape, err := run.Data.Shape()
	if err != nil {
		return err
	}
	if bytes := float64(n) * float64(steps+1) * float64(shape.Pixels()); bytes > dataset.MaxInMemory {
		return usageError("%d videos of %d frames at %d x %d pixels are more than %d GiB: ask for fewer or shorter ones",
			n, steps+1, shape.Size, shape.Size, dataset.MaxInMemory>>30)
	}
	return nil
}

// rolledAtOnce bounds the memory: frames are drawn as float32, which takes four times the memory of the kept bytes.
const rolledAtOnce = 32

// draw samples states and rolls them out.
func (o sampleFlags) draw(ctx context.Context, d *device.Device, run *runs.Run) (*films, error) {
	loaded, _, err := run.Load(d)
	if err != nil {
		return nil, err
	}
	m, ok := loaded.(figures.Generative)
	if !ok {
		return nil, usageError("%s holds a model %s, which is not generative: sample from an HGN", run.Dir, run.Model)
	}
	start, err := figures.DrawStates(ctx, m, run.Data, o.from == fromPosterior, o.n, o.seed)
	if err != nil {
		return nil, err
	}
	out := &films{}
	for from := 0; from < o.n; from += rolledAtOnce {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := out.take(runs.Roll(m, start.Part(from, min(rolledAtOnce, o.n-from)), o.dt, o.steps)); err != nil {
			return nil, err
		}
	}
	return out, nil
}
