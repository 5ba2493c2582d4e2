package notebook

import "hgn.local/pkg/figures"

// Inverse runs a Neural Hamiltonian Flow in the plane against its direction, as its density requires: points of the
// target, with momenta drawn by the encoder, go back through the flow with -dt and arrive in the prior; forward
// again, they return to their places. The largest distance between start and return is written below. Options: Seed,
// Points (how many, default 1500).
func Inverse(run *Run, opts ...Option) {
	cell(func() error { return run.inverse(opts) })
}

func (r *Run) inverse(opts []Option) error {
	o, err := r.inPlane("Inverse", figures.ShownSamples, opts)
	if err != nil {
		return err
	}
	p, note, err := r.drawn.Inverse(o.points, o.seed)
	if err != nil {
		return err
	}
	if err := showPicture(r.Dir, "inverse", "Points of the target, where the inverse of the flow takes them, and where the flow takes them again", p); err != nil {
		return err
	}
	showNote("%s", note)
	return nil
}
