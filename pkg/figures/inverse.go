package figures

import (
	"fmt"
	"math"
	"math/rand/v2"

	"hgn.local/gomlx_models/points"
	"hgn.local/gomlx_models/prior"
	"hgn.local/pkg/plots"
)

// Inverse runs a Neural Hamiltonian Flow in the plane against its direction, as its density requires: n points of the
// target, with momenta drawn by the encoder, go back through the flow with -dt and arrive in the prior; forward
// again, they return to their places. The note gives the largest distance between start and return.
func (r *Run) Inverse(n int, seed uint64) (picture *plots.Picture, note string, err error) {
	m, s, err := r.planar()
	if err != nil {
		return nil, "", err
	}
	if n < 1 || n > mostPoints {
		return nil, "", mistake("the picture draws 1 to %d points, not %d", mostPoints, n)
	}
	target, err := r.Data.Density.Open()
	if err != nil {
		return nil, "", err
	}
	random := rand.New(rand.NewPCG(seed, 4))
	q := points.Points{X: target.Sample(random, n), Dim: 2}
	noise := points.New(n, 2)
	for i := range noise.X {
		noise.X[i] = random.NormFloat64()
	}
	p, _, err := m.Encode(q, noise)
	if err != nil {
		return nil, "", err
	}
	q0, p0, err := m.Inverse(q, p)
	if err != nil {
		return nil, "", err
	}
	back, backP, err := m.Forward(q0, p0)
	if err != nil {
		return nil, "", err
	}
	worst := 0.0
	for i := range q.X {
		worst = max(worst, math.Abs(back.X[i]-q.X[i]), math.Abs(backP.X[i]-p.X[i]))
	}
	start, _, err := m.SamplePrior(1, priorSamples)
	if err != nil {
		return nil, "", err
	}
	low, high := SquareAround(start.X)
	before := &Surface{Low: low, High: high}
	around, err := before.EstimateWith(start.X, 1)
	if err != nil {
		return nil, "", err
	}
	field, err := s.Field()
	if err != nil {
		return nil, "", err
	}
	note = fmt.Sprintf("Lines hold 25, 50, 75 and 95%% of the target, and in the middle of the prior, %s. There and back again, no coordinate of q or p is off by more than %.1g.", priorName(m.Params.Prior), worst)
	picture, err = plots.Panels("", 3,
		plots.Panel{Title: "Points of the target", Contours: field, Points: q.X, Low: s.Low, High: s.High},
		plots.Panel{Title: "Back through the flow, −dt", Contours: around, Points: q0.X, Low: low, High: high},
		plots.Panel{Title: "And forward again, dt", Contours: field, Points: back.X, Low: s.Low, High: s.High})
	return picture, note, err
}

const priorSamples = 400_000 // number of samples for the lines of the prior, large enough for smooth ones

func priorName(spec string) string {
	if p, err := prior.Parse(spec, 2); err == nil {
		return p.Name()
	}
	return spec
}
