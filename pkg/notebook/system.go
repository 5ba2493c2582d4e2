package notebook

import (
	"fmt"

	"hgn.local/pkg/figures"
	"hgn.local/pkg/physics"
)

// System shows the system that a model is going to watch (Toth et al. 2020, Figure 5): for a system with one degree
// of freedom the true Hamiltonian H(q, p) with trajectories over it, for any other the paths of its bodies in the
// plane; and beside it some videos, with the noise. Options: Trajectories (how many to draw, default 12), Frames,
// Size, Dt, Noise, Seed.
func System(system physics.System, opts ...Option) {
	cell(func() error { return showSystem(system, opts) })
}

func showSystem(system physics.System, opts []Option) error {
	if system == nil {
		return mistake("nb.System needs a system, for example physics.Pendulum()")
	}
	if s, err := applyOptions("System", settings{}, opts, "Trajectories", "Frames", "Size", "Dt", "Noise", "Seed"); err != nil {
		return err
	} else if !s.has("Trajectories") {
		opts = append([]Option{Trajectories(figures.Orbits)}, opts...)
	}
	data, err := simulate(system, opts)
	if err != nil {
		return err
	}
	set, err := data.first(data.source.Recipe.Trajectories)
	if err != nil {
		return err
	}
	p, err := figures.System(system, set)
	if err != nil {
		return err
	}
	alt := fmt.Sprintf("The system %s: its true motion, and videos of it", system.Name())
	return showPicture(Folder(), system.Name()+"_system", alt, p)
}
