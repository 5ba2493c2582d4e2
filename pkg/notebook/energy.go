package notebook

import (
	"fmt"
	"slices"

	"hgn.local/pkg/plots"
)

// Energy draws the learned H along rollouts forward and backward in time, in the true energy's units where that is known,
// beside the true energy. Options: Steps, Dt (its size; both directions are drawn), Trajectory (default: a test video of
// low, one of middle and one of high energy).
func Energy(run *Run, opts ...Option) {
	cell(func() error { return run.energy(opts) })
}

func (r *Run) energy(opts []Option) error {
	_, test, err := r.ready()
	if err != nil {
		return err
	}
	fit, err := r.calibrated()
	if err != nil {
		return err
	}
	s, err := settle("Energy", settings{steps: test.T - 1, dt: test.Dt}, opts, "Steps", "Dt", "Trajectory")
	if err != nil {
		return err
	}
	videos := []int{s.trajectory}
	if !s.has("Trajectory") {
		videos = spread(fit.learned)
	}
	var series []plots.Series
	var truth plots.Series
	for k, i := range videos {
		for _, direction := range []struct {
			name string
			sign float64
		}{{"forward", 1}, {"backward", -1}} {
			o, err := r.rollout("Energy", []Option{Steps(s.steps), Dt(direction.sign * s.dt), Trajectory(i)})
			if err != nil {
				return err
			}
			curve := plots.Series{X: o.Times(), Y: fit.energy.all(o.Energies())}
			curve.Style, _ = plots.StyleOf(direction.name)
			if k == 0 {
				curve.Name = "learned, " + direction.name
			}
			series = append(series, curve)
		}
		if fit.known {
			e := test.Energy[i*test.T]
			truth.X = append(truth.X, -s.dt*float64(s.steps), s.dt*float64(s.steps), 0)
			truth.Y = append(truth.Y, e, e, nan) // interrupts the line
		}
	}
	chart := plots.Chart{Title: "Energy along rollouts from the first frame, into the future and the past", X: "time", Y: "H", Height: 320}
	if fit.known {
		chart.Y = "H, in the true energy's units"
	}
	p, err := plots.EnergyAlong(chart, truth, series...)
	if err != nil {
		return err
	}
	if err := showPicture(r.Dir, "energy", "Learned and true energy along rollouts forward and backward in time", p); err != nil {
		return err
	}
	fit.explainEnergy()
	return nil
}

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

// explainEnergy says in which units energies are shown, once in a cell.
func (c *calibration) explainEnergy() {
	if c.explained {
		return
	}
	c.explained = true
	switch {
	case c.known:
		showNote("%s", c.energySentence())
	case c.energyR2 != 0:
		showNote("The learned energy is shown in its own units, %s: no affine map of it comes close to the true one (R² = %.2f).", fromRest, c.energyR2)
	default:
		showNote("The learned energy is shown in its own units, %s.", fromRest)
	}
}

const fromRest = "counted from the least potential energy along the test videos"

// energySentence says how the learned energy became the shown one.
func (c *calibration) energySentence() string {
	return fmt.Sprintf("The learned energy is shown as %s, the affine map that fits the true energies of %d test videos best (R² = %.4f); "+
		"the scale and the zero of a learned H are free.", c.energy.formula("H"), len(c.learned), c.energyR2)
}
