package main

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"hgn.local/gomlx_models/nhf"
	"hgn.local/gomlx_models/points"
	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/dataset/npz"
	"hgn.local/pkg/density"
	"hgn.local/pkg/progress"
	"hgn.local/pkg/runs"
)

// densityModel opens the trained model of a density.
func densityModel(d *device.Device, run *runs.Run) (points.Model, error) {
	loaded, _, err := run.Load(d)
	if err != nil {
		return nil, err
	}
	m, ok := loaded.(points.Model)
	if !ok {
		return nil, usageError("%s holds a model %s, which is not one of a density: train one of %s", run.Dir, run.Model, strings.Join(runs.DensityModels, ", "))
	}
	return m, nil
}

// points draws points from the model of a density.
func (o *sampleFlags) points(c *cobra.Command, run *runs.Run) error {
	for _, name := range []string{"steps", "dt", "from"} {
		if c.Flags().Changed(name) {
			return usageError("--%s does not apply to a run of %s: leave it out", name, run.Model)
		}
	}
	if o.gif() {
		return usageError("points are written as .npz, .csv or .tsv, got --out %q", o.out)
	}
	cond, err := o.conditions(c, run)
	if err != nil {
		return err
	}
	if err := density.CheckCount(o.n, run.Data.Density.Dim); err != nil {
		return err
	}
	d, err := openDevice(c)
	if err != nil {
		return err
	}
	defer d.Close()
	m, err := densityModel(d, run)
	if err != nil {
		return err
	}
	if cond != nil {
		if m, err = m.(points.Conditional).At(cond); err != nil {
			return err
		}
	}
	report := progress.New(c.ErrOrStderr())
	report.Begin("sampling from " + run.Dir)
	var more []npz.Array
	var x points.Points
	if run.Data.Density.Energy {
		var logW []float64
		x, logW, err = run.SampleWeighted(m, o.seed, o.n)
		more = append(more, npz.Array{Name: "logw", Shape: []int{len(logW)}, Data: logW})
	} else {
		x, err = m.Sample(o.seed, o.n)
	}
	report.End("")
	if err != nil {
		return err
	}
	if cond != nil {
		x = x.Given(cond, density.Width(run.Data.Density.Cond))
	}
	if err := run.Data.Density.Write(o.out, x, more...); err != nil {
		return err
	}
	if bad := count(x.X, func(v float64) bool { return v-v != 0 }); bad > 0 {
		return fmt.Errorf("%s has %d coordinates that are not finite, of %d points: the model diverged, train it with a lower learning rate", o.out, bad, x.N())
	}
	report.Say("%s: %d points of %d coordinates", o.out, x.N(), x.Dim)
	return nil
}

// conditions returns the conditions at which to draw points of p(x|c). Of a file there is a point for each row, unless --n
// says how many.
func (o *sampleFlags) conditions(c *cobra.Command, run *runs.Run) ([]float64, error) {
	if !c.Flags().Changed("cond") {
		if run.Given() {
			return nil, usageError("the run in %s learned p(x|c) of points given %s: say at which c to draw, by --cond", run.Dir, run.Data.Density.CondNames())
		}
		return nil, nil
	}
	cond, rows, err := run.Data.Density.Conditions(o.cond)
	if err == nil && rows > 1 && !c.Flags().Changed("n") {
		o.n = rows
	}
	return cond, err
}

// count returns the number of values for which holds is true.
func count(x []float64, holds func(v float64) bool) (n int) {
	for _, v := range x {
		if holds(v) {
			n++
		}
	}
	return n
}

// newLogpCommand returns the command that evaluates a learned density.
func newLogpCommand() *cobra.Command {
	var at, out string
	c := &cobra.Command{
		Use:     "logp DIR --points F.npz --out F.npz",
		Example: `  hgn logp runs/flow --points samples.npz --out logp.npz`,
		Short:   "Evaluate a learned density at points",
		Long: `Evaluate the log-density that an NHF, an RNVP or an NSF has learned, in nats and in the units of the data, at the points x,
float64 [N,d], of a .npz file, or at the rows of a table with the columns of the training, .csv or .tsv. Of a run that learned p(x|c),
the conditions stand beside them: the array cond, [N] or [N,k], or columns. The result is a .npz with logp, float64 [N]: exact of an
RNVP or an NSF. Of an NHF it is the importance-weighted estimate, and beside it are its standard error logp_error, float64 [N], the
effective number of momenta ess, float64 [N], and the number of momenta drawn for each point, momenta.`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if strings.ToLower(filepath.Ext(out)) != ".npz" {
				return usageError("--out must end in .npz, got %q", out)
			}
			run, err := runs.Open(args[0])
			if err != nil {
				return err
			}
			if !run.OfDensity() {
				return usageError("%s holds a model %s, which is not one of a density: train one of %s", run.Dir, run.Model, strings.Join(runs.DensityModels, ", "))
			}
			x, err := run.Data.Density.PointsOf(at)
			if err != nil {
				return err
			}
			d, err := openDevice(c)
			if err != nil {
				return err
			}
			defer d.Close()
			m, err := densityModel(d, run)
			if err != nil {
				return err
			}
			report := progress.New(c.ErrOrStderr())
			report.Begin("evaluating " + run.Dir)
			logp, more, err := logDensity(m, x)
			report.End("")
			if err != nil {
				return err
			}
			if err := npz.Write(out, append([]npz.Array{{Name: "logp", Shape: []int{len(logp)}, Data: logp}}, more...)...); err != nil {
				return fmt.Errorf("cannot write the densities: %w", err)
			}
			if bad := count(logp, func(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 1) }); bad > 0 {
				return fmt.Errorf("%s has %d densities that are no number, of %d points: the model diverged, or the points are too far away", out, bad, len(logp))
			}
			report.Say("%s: log p of %d points", out, len(logp))
			if none := count(logp, func(v float64) bool { return math.IsInf(v, -1) }); none > 0 {
				report.Say("%d of them have no density under the model: -infinity", none)
			}
			return nil
		},
	}
	c.Flags().StringVar(&at, "points", "", ".npz file with the points x, float64 [N,d], or table of points, .csv or .tsv (required)")
	c.Flags().StringVar(&out, "out", "", "file to write, .npz (required)")
	c.MarkFlagRequired("points")
	c.MarkFlagRequired("out")
	return c
}

// logDensity returns a model's log p at points, and the arrays that say how good an estimate it is.
func logDensity(m points.Model, x points.Points) (logp []float64, more []npz.Array, err error) {
	f, latent := m.(*nhf.Model)
	if !latent {
		logp, err = m.LogProb(x)
		return logp, nil, err
	}
	all, err := f.Estimate(x, f.Params.Evaluation)
	if err != nil {
		return nil, nil, err
	}
	var errors, ess []float64
	for _, e := range all {
		logp, errors, ess = append(logp, e.LogP), append(errors, e.Error), append(ess, e.ESS)
	}
	n := []int{len(all)}
	return logp, []npz.Array{
		{Name: "logp_error", Shape: n, Data: errors}, {Name: "ess", Shape: n, Data: ess}, {Name: "momenta", Data: []float64{float64(f.Params.Evaluation)}},
	}, nil
}
