package runs

import (
	"cmp"
	"slices"

	"hgn.local/pkg/metrics"
)

// EnergyBand holds the errors of rollouts of the test trajectories within a range of the true energy at the start.
// Motions of different kinds have different energies: a pendulum swings below 2mgl, and goes round above it.
type EnergyBand struct {
	From         float64    `json:"from"` // the least energy of the trajectories counted
	To           float64    `json:"to"`   // the greatest
	Trajectories int        `json:"trajectories"`
	Share        Directions `json:"share"` // errors of rollouts, as shares of the mean frame's error on the same trajectories
}

// energyBands is the number of EnergyBands, with equally many trajectories each.
const energyBands = 3

// byEnergy fills in the errors of rollouts of trajectories with little, medium and much energy.
func (o *Report) byEnergy(g *evaluation, c *simulatorMetrics) {
	if g.n < 2*energyBands || len(g.trueEnergy) < g.n {
		return
	}
	order := make([]int, g.n)
	for i := range order {
		order[i] = i
	}
	energy := func(i int) float64 { return g.trueEnergy[i][0] }
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(energy(a), energy(b)) })
	for k := range energyBands {
		in := order[k*g.n/energyBands : (k+1)*g.n/energyBands]
		band := EnergyBand{From: energy(in[0]), To: energy(in[len(in)-1]), Trajectories: len(in)}
		for i, d := range directions {
			if c.cannot[i] {
				*d.of(&band.Share) = unknown
				continue
			}
			each, errors, yardstick := c.rollouts[i].best.PerTrajectory(), make([]float64, len(in)), make([]float64, len(in))
			for j, t := range in {
				errors[j], yardstick[j] = each[t], g.meanFrame[t]
			}
			*d.of(&band.Share) = metrics.RatioInterval(errors, yardstick).Mean
		}
		o.ByEnergy = append(o.ByEnergy, band)
	}
}
