package figures

import (
	"math"
	"slices"

	"hgn.local/pkg/plots"
)

// EnergyAlong says which rollouts the picture of energies shows: rollouts of some test videos, forward and backward
// in time, with steps intervals of dt each.
type EnergyAlong struct {
	Videos []int // nil: one of low, one of middle and one of high energy
	Dt     float64
	Steps  int
}

// Energy draws the learned H along rollouts forward and backward in time beside the true energy, in the true energy's
// units if that is known. The note names the units.
func (r *Run) Energy(o EnergyAlong) (p *plots.Picture, note string, err error) {
	_, test, fit, err := r.fitted()
	if err != nil {
		return nil, "", err
	}
	if o.Videos == nil {
		o.Videos = spread(fit.learned)
	}
	var series []plots.Series
	var truth plots.Series
	for k, i := range o.Videos {
		for _, direction := range directions {
			rolled, err := r.Rollout(i, direction.sign*o.Dt, o.Steps)
			if err != nil {
				return nil, "", err
			}
			curve := plots.Series{X: rolled.Times(), Y: fit.energy.all(rolled.Energies())}
			curve.Style, _ = plots.StyleOf(direction.name)
			if k == 0 {
				curve.Name = "learned, " + direction.name
			}
			series = append(series, curve)
		}
		if fit.known {
			e, end := test.Energy[i*test.T], o.Dt*float64(o.Steps)
			truth.X = append(truth.X, -end, end, 0)
			truth.Y = append(truth.Y, e, e, math.NaN()) // interrupts the line
		}
	}
	chart := plots.Chart{Title: "Energy along rollouts from the first frame, into the future and the past", X: "time", Y: "H", Height: 320}
	if fit.known {
		chart.Y = "H, in the true energy's units"
	}
	p, err = plots.EnergyAlong(chart, truth, series...)
	return p, fit.energySentence(), err
}

// directions lists the two ways to integrate.
var directions = []struct {
	name string
	sign float64
}{{"forward", 1}, {"backward", -1}}

// spread picks trajectories of low, middle and high energy.
func spread(energies []float64) []int {
	order := make([]int, len(energies))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		if energies[a] < energies[b] {
			return -1
		}
		return 1
	})
	n := len(order)
	out := []int{order[n/10], order[n/2], order[n-1-n/10]}
	return slices.Compact(out)
}
