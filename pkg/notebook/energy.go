package notebook

import (
	"hgn.local/pkg/figures"
	"hgn.local/pkg/plots"
)

// Energy draws the learned H along rollouts forward and backward in time beside the true energy, in the true energy's
// units if that is known. Options: Steps, Dt (its size; both directions are drawn), Trajectory (default: a test video
// of low, one of middle and one of high energy).
func Energy(run *Run, opts ...Option) {
	cell(func() error {
		test, err := run.tested()
		if err != nil {
			return err
		}
		s, err := applyOptions("Energy", settings{steps: test.T - 1, dt: test.Dt}, opts, "Steps", "Dt", "Trajectory")
		if err != nil {
			return err
		}
		o := figures.EnergyAlong{Dt: s.dt, Steps: s.steps}
		if s.has("Trajectory") {
			o.Videos = []int{s.trajectory}
		}
		p, note, err := run.drawn.Energy(o)
		return run.showNoted("energy", "Learned and true energy along rollouts forward and backward in time", p, note, err)
	})
}

// KineticPotential draws the learned K(p) and V(q), and dashed the true ones, each shifted to 0 at its minimum. If
// the system and the model have one degree of freedom, affine maps bring learned coordinates and energies to the true
// ones' units; an angle is only turned, or reflected. If they have more, or the truth is unknown, it shows the first
// coordinate in the model's units.
func KineticPotential(run *Run) {
	cell(func() error {
		if err := run.ofVideos(); err != nil {
			return err
		}
		p, note, err := run.drawn.KineticPotential()
		return run.showNoted("kinetic_potential", "Learned and true kinetic and potential energy", p, note, err)
	})
}

// PhasePortrait draws the orbits of test videos in the learned phase space, coloured by energy, over contours of the
// learned H, and beside it the true phase space if that is known. Options: Trajectories (how many orbits, default
// 40). For a model with more than one coordinate it shows the first.
func PhasePortrait(run *Run, opts ...Option) {
	cell(func() error {
		if err := run.ofVideos(); err != nil {
			return err
		}
		s, err := applyOptions("PhasePortrait", settings{}, opts, "Trajectories")
		if err != nil {
			return err
		}
		if s.has("Trajectories") && s.trajectories < 1 {
			return mistake("nb.PhasePortrait draws at least 1 orbit, not %d orbits", s.trajectories)
		}
		p, note, err := run.drawn.PhasePortrait(s.trajectories)
		return run.showNoted("phase_portrait", "Phase portrait: learned orbits coloured by energy, beside the true ones", p, note, err)
	})
}

// Landscape draws the learned H(q, p) with a rollout forward and one backward over it. Options: Steps, Dt (its size),
// Trajectory. For a model with more than one coordinate it shows the first, with the others held at 0.
//
// For a Neural Hamiltonian Flow in the plane it draws V(q) and K(p) of each Hamiltonian and takes no options. Over V
// it draws lines of equal density of the target, over K those of the incoming momenta.
func Landscape(run *Run, opts ...Option) {
	cell(func() error {
		if run.OfDensity() {
			if _, err := applyOptions("Landscape", settings{}, opts); err != nil {
				return err
			}
			if err := run.flowsInPlane("Landscape"); err != nil {
				return err
			}
			p, note, err := run.drawn.Potentials()
			return run.showNoted("landscape", "Potential and kinetic energy of each Hamiltonian of the flow", p, note, err)
		}
		test, err := run.tested()
		if err != nil {
			return err
		}
		s, err := applyOptions("Landscape", settings{steps: test.T - 1, dt: test.Dt}, opts, "Steps", "Dt", "Trajectory")
		if err != nil {
			return err
		}
		p, note, err := run.drawn.Landscape(s.trajectory, s.dt, s.steps)
		return run.showNoted("landscape", "Landscape of the learned energy with rollouts forward and backward", p, note, err)
	})
}

// Conservation compares how well runs conserve their learned H: it draws the change of H along a rollout of the first
// test video, four times as long as the video. A learned H has its own scale, so the change is in units of the
// spread, the standard deviation of H over the first states of the test videos.
func Conservation(compared ...*Run) {
	cell(func() error {
		if len(compared) == 0 {
			return mistake("nb.Conservation needs runs, for example nb.Conservation(nb.Open(\"leapfrog\"), nb.Open(\"euler\"))")
		}
		for _, r := range compared {
			if r == nil {
				return mistake("one of the runs of nb.Conservation is nil: open it with nb.Open")
			}
			if err := r.ofVideos(); err != nil {
				return err
			}
		}
		p, note, err := figures.Conservation(drawn(compared)...)
		if err != nil {
			return err
		}
		if err := showPicture(Folder(), "conservation", "Change of the learned energy along a rollout, of several runs", p); err != nil {
			return err
		}
		showNote("%s", note)
		return nil
	})
}

// showNoted displays a picture of the run, and the note below it, unless the cell has just shown the same note.
func (r *Run) showNoted(name, alt string, p *plots.Picture, note string, err error) error {
	if err != nil {
		return err
	}
	if err := showPicture(r.Dir, name, alt, p); err != nil {
		return err
	}
	if note != "" && note != r.said {
		r.said = note
		showNote("%s", note)
	}
	return nil
}
