package notebook

import (
	"context"
	"fmt"
	"math"

	"github.com/gomlx/gomlx/core/graph"

	"hgn.local/gomlx_models/targets"
	"hgn.local/pkg/metrics"
	"hgn.local/pkg/runs"
)

// Target describes an energy U(x), by a name of package targets such as "double_well" or one that TargetEnergy
// returned. A flow trained on it learns the density exp(-U)/Z without points of it, and estimates log Z.
func Target(energy string) (d *Data) {
	cell(func() error {
		source, err := runs.FromEnergy(energy)
		d = &Data{source}
		return err
	})
	return d
}

// TargetEnergy makes an energy of your own known by a name, which it returns, for Target: u computes the energies of
// points, [n, dim] -> [n], from operations of GoMLX. The flow begins as a normal density of standard deviation reach
// around the origin. Declare the result in a variable, so that later cells know it too.
func TargetEnergy(name string, dim int, reach float64, u func(x *graph.Node) *graph.Node) string {
	cell(func() error { return targets.Define(name, dim, reach, u) })
	return name
}

// LogZ returns log Z of the energy that a run's flow learned, by the weights of the flow's points, with half of its 95%
// interval.
func (r *Run) LogZ() (z metrics.Estimate) {
	cell(func() (err error) {
		z, err = r.logZ()
		return err
	})
	return z
}

func (r *Run) logZ() (metrics.Estimate, error) {
	if !r.OfDensity() || !r.Data.Density.Energy {
		return metrics.Estimate{}, mistake("the run %q did not learn an energy: train one with nb.Train(%q, nhf.Sharp(), nb.Target(\"double_well\")), for example", r.Name(), "well")
	}
	d, err := openDevice()
	if err != nil {
		return metrics.Estimate{}, err
	}
	report, err := r.Run.DensityReportOf(context.Background(), d, 0)
	if err != nil {
		return metrics.Estimate{}, err
	}
	if report.LogZ == nil || report.LogZError == nil {
		return metrics.Estimate{}, fmt.Errorf("no point of the run %q has a weight for its energy: train it for longer", r.Name())
	}
	return metrics.Estimate{Mean: *report.LogZ, Half: 1.96 * *report.LogZError, N: report.WeightedPoints}, nil
}

// FreeEnergy returns the difference of the free energies -log Z of two runs' energies, that of b minus that of a, at
// temperature 1, with half of its 95% interval.
func FreeEnergy(a, b *Run) (difference metrics.Estimate) {
	cell(func() error {
		if a == nil || b == nil {
			return mistake("nb.FreeEnergy compares two runs that learned energies")
		}
		za, err := a.logZ()
		if err != nil {
			return err
		}
		zb, err := b.logZ()
		difference = metrics.Estimate{Mean: za.Mean - zb.Mean, Half: math.Hypot(za.Half, zb.Half), N: min(za.N, zb.N)}
		return err
	})
	return difference
}
