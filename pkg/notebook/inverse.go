package notebook

import (
	"math"
	"math/rand/v2"

	"hgn.local/gomlx_models/points"
	"hgn.local/gomlx_models/prior"
	"hgn.local/pkg/density"
	"hgn.local/pkg/plots"
)

// Inverse runs a Neural Hamiltonian Flow in the plane against its direction, which is all that its density needs: points of
// the target, with momenta as the encoder draws them, go back through the flow with -dt and come to lie in the prior; forward
// again, they come back to where they were. The largest distance between start and return is written below. Options: Seed,
// Points (how many, default 1500).
func Inverse(run *Run, opts ...Option) {
	cell(func() error { return run.inverse(opts) })
}

const priorSamples = 400_000 // of which the lines of the prior are estimated: smooth ones

func (r *Run) inverse(opts []Option) error {
	m, s, err := r.asNHF("Inverse")
	if err != nil {
		return err
	}
	o, err := lineOptions("Inverse", shownSamples, opts)
	if err != nil {
		return err
	}
	target, err := density.Named(r.Data.Density.Target)
	if err != nil {
		return err
	}
	random := rand.New(rand.NewPCG(o.seed, 4))
	q := points.Points{X: target.Sample(random, o.points), Dim: 2}
	p, std, err := m.Encode(q)
	if err != nil {
		return err
	}
	for i := range p.X {
		p.X[i] += std.X[i] * random.NormFloat64()
	}
	q0, p0, err := m.Inverse(q, p)
	if err != nil {
		return err
	}
	back, backP, err := m.Forward(q0, p0)
	if err != nil {
		return err
	}
	worst := 0.0
	for i := range q.X {
		worst = max(worst, math.Abs(back.X[i]-q.X[i]), math.Abs(backP.X[i]-p.X[i]))
	}
	start, _, err := m.SamplePrior(1, priorSamples)
	if err != nil {
		return err
	}
	low, high := squareAround(start.X)
	before := &surface{low: low, high: high}
	around, err := before.estimateWith(start.X, 1)
	if err != nil {
		return err
	}
	field, err := s.field()
	if err != nil {
		return err
	}
	picture, err := plots.Panels("", 3,
		plots.Panel{Title: "Points of the target", Contours: field, Points: q.X, Low: s.low, High: s.high},
		plots.Panel{Title: "Back through the flow, −dt", Contours: around, Points: q0.X, Low: low, High: high},
		plots.Panel{Title: "And forward again, dt", Contours: field, Points: back.X, Low: s.low, High: s.high})
	if err != nil {
		return err
	}
	if err := showPicture(r.Dir, "inverse", "Points of the target, where the inverse of the flow takes them, and where the flow takes them again", picture); err != nil {
		return err
	}
	showNote("Lines hold 25, 50, 75 and 95%% of the target, and in the middle of the prior, %s. There and back again, no coordinate of q or p is off by more than %.1g.", priorName(m.Params.Prior), worst)
	return nil
}

func priorName(spec string) string {
	if p, err := prior.Parse(spec, 2); err == nil {
		return p.String()
	}
	return spec
}
