package table

import (
	"fmt"
	"math"
)

// statesGrid compares models that learned from true states.
func statesGrid(groups []*group) Grid {
	g := newGrid("Learned from true states: conservation of the true energy", groups, nil, func(g *group) *Cell {
		return &Cell{
			Error: g.over("states.mse"),
			Drift: g.over("states.energy_drift"),
			Seeds: g.seeds(), Runs: g.names(),
		}
	})
	shortest, longest := math.MaxInt, 0
	for _, group := range groups {
		for _, l := range group.runs {
			shortest, longest = min(shortest, l.Report.States.Steps), max(longest, l.Report.States.Steps)
		}
	}
	steps := fmt.Sprint(longest)
	if shortest < longest {
		steps = fmt.Sprintf("%d to %d", shortest, longest)
	}
	g.Notes = []string{
		"Rollouts of the test trajectories from their true start. error: mean squared distance of a coordinate from the true one, over the variance of the coordinates. " +
			"drift: change of the true energy over " + steps + " steps, over the spread of the trajectories' energies.",
		"±: half of the 95% interval of the mean; over seeds where their number is given, else over the trajectories of one run.",
	}
	return g
}
