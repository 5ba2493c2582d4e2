package figures

import (
	"math"
	"slices"

	"hgn.local/pkg/physics"
	"hgn.local/pkg/plots"
	"hgn.local/pkg/ranges"
)

// KineticPotential draws the learned K(p) and V(q), and dashed the true ones, each shifted to 0 at its minimum. If
// the system and the model have one degree of freedom, affine maps bring learned coordinates and energies to the true
// ones' units; an angle is only turned, or reflected. If they have more, or the truth is unknown, it shows the first
// coordinate in the model's units.
func (r *Run) KineticPotential() (p *plots.Picture, note string, err error) {
	m, test, fit, err := r.fitted()
	if err != nil {
		return nil, "", err
	}
	var truth physics.Separable
	if fit.coordinates {
		if system, err := test.Physics(); err == nil {
			truth, _ = system.(physics.Separable)
		}
	}
	maps := calibration{energy: affine{Scale: 1}, q: affine{Scale: 1}, p: affine{Scale: 1}}
	switch {
	case truth != nil:
		maps = *fit
	case r.circle():
		rest, err := restAngle(m, fit.held)
		if err != nil {
			return nil, "", err
		}
		maps.q.Shift = -rest
	}
	var dataQ, dataP []float64 // in the units that are shown
	for _, s := range fit.states {
		for i := range s.N {
			dataQ = append(dataQ, maps.q.at(float64(s.Q[i*s.D])))
			dataP = append(dataP, maps.p.at(float64(s.P[i*s.D])))
		}
	}
	const n = 200
	qLo, qHi := widened(dataQ)
	if r.circle() {
		qLo, qHi = -math.Pi, math.Pi
	}
	pLo, pHi := widened(dataP)
	q, momenta := linspace(qLo, qHi, n), linspace(pLo, pHi, n)
	learnedQ, learnedP := make([]float64, n), make([]float64, n)
	for i := range n {
		learnedQ[i], learnedP[i] = maps.q.inverse(q[i]), maps.p.inverse(momenta[i])
	}
	_, v, err := energies(m, fit.held, learnedQ, constant(0, n))
	if err != nil {
		return nil, "", err
	}
	// K of a joint H depends on q, so it is shown at the q where V is least.
	k, _, err := energies(m, fit.held, constant(learnedQ[slices.Index(v, slices.Min(v))], n), learnedP)
	if err != nil {
		return nil, "", err
	}
	scale := affine{Scale: maps.energy.Scale} // the minimum is shifted to 0 in any case
	panels := []plots.Profile{
		{X: "p", Y: "K(p)", Curves: []plots.Series{{Name: "learned", X: momenta, Y: fromMinimum(scale.all(k))}}, Data: dataP},
		{X: "q", Y: "V(q)", Curves: []plots.Series{{Name: "learned", X: q, Y: fromMinimum(scale.all(v))}}, Data: dataQ, Circle: r.circle()},
	}
	title := "Learned kinetic and potential energy, in the model's own units"
	if truth != nil {
		title = "Learned and true kinetic and potential energy"
		trueK, trueV := make([]float64, n), make([]float64, n)
		for i := range n {
			trueK[i], trueV[i] = truth.Kinetic(momenta[i:i+1]), truth.Potential(q[i:i+1])
		}
		panels[0].Curves = append(panels[0].Curves, plots.Series{Name: "true", X: momenta, Y: fromMinimum(trueK)})
		panels[1].Curves = append(panels[1].Curves, plots.Series{Name: "true", X: q, Y: fromMinimum(trueV)})
	} else {
		panels[0].X, panels[1].X = swap(r.axes())
	}
	switch {
	case truth != nil:
		note = fit.coordinateSentence() + " " + fit.energySentence()
	case fit.energyR2 != 0:
		note = "Shown in the model's own units, without the true K and V: the learned coordinates or energies are no affine map of the true ones."
	}
	p, err = plots.Profiles(title, panels...)
	return p, note, err
}

// widened returns the range of the data without outliers, plus a tenth on each side.
func widened(x []float64) (lo, hi float64) {
	lo, hi = ranges.Of(x)
	margin := 0.1*(hi-lo) + 1e-6
	return lo - margin, hi + margin
}

// fromMinimum shifts values so that the least is 0.
func fromMinimum(x []float64) []float64 {
	return affine{1, -slices.Min(x)}.all(x)
}

func swap(a, b string) (string, string) { return b, a }
