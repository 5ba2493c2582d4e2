package runs

import (
	"github.com/gomlx/compute/gobackend"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"

	"hgn.local/gomlx_models/nhf"
	"hgn.local/gomlx_models/points"
	"hgn.local/gomlx_models/targets"
	"hgn.local/pkg/badinput"
	"hgn.local/pkg/density"
)

// FromEnergy describes the density exp(-U)/Z of an energy, which a flow learns without points of it. See package
// targets for the names.
func FromEnergy(name string) (Source, error) {
	e, err := targets.Named(name)
	if err != nil {
		return Source{}, err
	}
	return Source{Density: &Density{Target: name, Energy: true, Dim: e.Dim}}, nil
}

// Unseen tells whether the density is that of an energy which is not of the plane, of which nobody has points to compare
// with.
func (d *Density) Unseen() bool { return d.Energy && d.Dim != 2 }

// ofEnergy returns the density of an energy in the plane, constant within each cell of a grid over [-4, 4]². It fails for
// other energies, whose points nobody has.
func (d *Density) ofEnergy() (density.Target, error) {
	e, err := targets.Named(d.Target)
	if err != nil {
		return nil, err
	}
	if e.Dim != 2 {
		return nil, badinput.Errorf("the energy %s is of %d coordinates, and nobody has points of its density to compare with: hgn eval and hgn sample show what a flow learned of it", e.Name, e.Dim)
	}
	backend, err := gobackend.New("")
	if err != nil {
		return nil, err
	}
	defer backend.Finalize()
	exec, err := graph.NewExec(backend, e.U)
	if err != nil {
		return nil, badinput.Errorf("the energy %s cannot be computed: %v", e.Name, err)
	}
	at := density.GridPoints(density.GridCells)
	out, err := exec.Call(tensors.FromFlatDataAndDimensions(at, len(at)/2, 2))
	if err != nil {
		return nil, badinput.Errorf("the energy %s cannot be computed: %v", e.Name, err)
	}
	logs := tensors.MustCopyFlatData[float64](out[0])
	for i, u := range logs {
		logs[i] = -u
	}
	return density.FromLogs(e.Name, density.GridCells, logs)
}

// weighted is the number of a flow's points from which log Z is estimated.
const weighted = 20_000

// partition fills in the estimate of log Z of a run on an energy.
func (o *DensityReport) partition(d *Density, m *nhf.Model) error {
	e, err := targets.Named(d.Target)
	if err != nil {
		return err
	}
	_, logW, err := m.SampleWeighted(e, 3, weighted)
	if err != nil {
		return err
	}
	z := nhf.Partition(logW)
	o.LogZ, o.LogZError, o.LogZBound, o.LogZKnown = finite(z.LogP), finite(z.Error), finite(z.Bound), finite(e.LogZ)
	o.ESS, o.WeightedPoints = finite(z.ESS/weighted), weighted
	return nil
}

// SampleWeighted draws n points of a run's flow and the logarithms of their weights for the energy that it learned.
func (r *Run) SampleWeighted(m points.Model, seed uint64, n int) (x points.Points, logW []float64, err error) {
	f, ok := m.(*nhf.Model)
	if !ok || !r.OfDensity() || !r.Data.Density.Energy {
		return x, nil, badinput.Errorf("the run in %s did not learn an energy, so that its points have no weights", r.Dir)
	}
	e, err := targets.Named(r.Data.Density.Target)
	if err != nil {
		return x, nil, err
	}
	return f.SampleWeighted(e, seed, n)
}
