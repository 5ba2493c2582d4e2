package notebook

import (
	"hgn.local/gomlx_models/nhf"
	"hgn.local/pkg/figures"
)

// Flow shows what a Neural Hamiltonian Flow in the plane has learned (Toth et al. 2020, Figure 9): the density of the
// target and the learned one, on one scale; K(p) and V(q) of its last Hamiltonian; its last leapfrog step, as arrows;
// and the paths of samples of the prior through all steps, as lines that end where the flow takes them. From one
// leapfrog step to the next a position moves straight, as the drift of a leapfrog does. Options: Seed, Points (how
// many lines, default 150).
func Flow(run *Run, opts ...Option) {
	cell(func() error { return run.flow(opts) })
}

func (r *Run) flow(opts []Option) error {
	o, err := r.inPlane("Flow", figures.FlowLines, opts)
	if err != nil {
		return err
	}
	p, err := r.drawn.Flow(o.points, o.seed)
	if err != nil {
		return err
	}
	return showPicture(r.Dir, "flow", "Target and learned density, kinetic and potential energy, one leapfrog step and the whole flow", p)
}

// FlowGIF animates the flow of Flow: samples of the prior move to their places under the density, each with a tail,
// over lines of equal density of the target. If the flow has only one Hamiltonian, they move over its potential, as
// balls on a landscape. Options: Seed, Points (how many, default 110).
func FlowGIF(run *Run, opts ...Option) {
	cell(func() error { return run.flowGIF(opts) })
}

func (r *Run) flowGIF(opts []Option) error {
	o, err := r.inPlane("FlowGIF", figures.MovingPoints, opts)
	if err != nil {
		return err
	}
	p, err := r.drawn.FlowGIF(o.points, o.seed)
	if err != nil {
		return err
	}
	return showPicture(r.Dir, "flow", "Samples of the prior flowing to the learned density", p)
}

// inPlane applies Seed and Points to a call that draws n points on their path through a Neural Hamiltonian Flow in
// the plane. If the run is of something else, its error says what to call instead.
func (r *Run) inPlane(call string, n int, opts []Option) (settings, error) {
	if err := r.flowsInPlane(call); err != nil {
		return settings{}, err
	}
	return applyOptions(call, settings{seed: 1, points: n}, opts, "Seed", "Points")
}

// flowsInPlane fails unless the run is of a Neural Hamiltonian Flow in the plane, which some calls need.
func (r *Run) flowsInPlane(call string) error {
	m, s, err := r.learned(call)
	if err != nil {
		return err
	}
	if _, ok := m.(*nhf.Model); !ok {
		return mistake("nb.%s shows a Hamiltonian flow, and the run %q is of an %s, which has no energy: nb.Show shows it", call, r.Name(), figures.ModelName(r.Config))
	}
	if s.Dim != 2 {
		return mistake("nb.%s draws the plane, and the run %q is of points with %d coordinates: nb.Show shows it", call, r.Name(), s.Dim)
	}
	return nil
}
