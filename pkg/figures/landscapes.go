package figures

import (
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat"

	"hgn.local/gomlx_models/nhf"
	"hgn.local/gomlx_models/points"
	"hgn.local/pkg/plots"
)

// energyScene is one Hamiltonian of a chain, with the momenta that it receives.
type energyScene struct {
	potential, kinetic *plots.Field
	potentialTop       float64       // upper end of V's colours: V rises steeply beyond the data, which would hide its valleys
	p                  points.Points // samples of the momenta before its first step
}

const (
	energyGrid    = 121
	sceneStates   = 20_000
	momentaMargin = 1.25 // room around the momenta in the K(p) shown
)

// landscapes returns the Hamiltonians of a chain in order; a shared one comes once.
func landscapes(m *nhf.Model, s *Surface) ([]energyScene, error) {
	q, p, err := m.SamplePrior(2, sceneStates)
	if err != nil {
		return nil, err
	}
	_, ps, err := m.Path(q, p)
	if err != nil {
		return nil, err
	}
	n := m.Params.Hamiltonians
	if m.Params.Shared {
		n = 1
	}
	var out []energyScene
	for i := range n {
		at := i * m.Params.LeapfrogSteps
		e := energyScene{p: ps[at]}
		v, err := m.Potential(i, points.Points{X: plots.GridPoints(s.Low, s.High, energyGrid), Dim: 2})
		if err != nil {
			return nil, err
		}
		if e.potential, err = plots.FieldOfValues(s.Low, s.High, v); err != nil {
			return nil, err
		}
		data, err := m.Potential(i, points.Points{X: s.Points, Dim: 2})
		if err != nil {
			return nil, err
		}
		low := slices.Min(v)
		e.potentialTop = low + 2*(quantile(data, 0.98)-low)
		var all []float64 // momenta that this Hamiltonian meets
		for _, x := range ps[at : at+m.Params.LeapfrogSteps+1] {
			all = append(all, x.X...)
		}
		low2, high2 := SquareAround(all)
		k, err := m.Kinetic(i, points.Points{X: plots.GridPoints(low2, high2, energyGrid), Dim: 2})
		if err != nil {
			return nil, err
		}
		if e.kinetic, err = plots.FieldOfValues(low2, high2, k); err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

// landscapeColumns is the largest number of panels side by side.
const landscapeColumns = 4

// Potentials draws V(q) of each Hamiltonian of a flow in the plane, in order, and its K(p) below it (beside it if
// there is one Hamiltonian, or more than four). Over them it draws lines of equal density: of the target over V, of
// the incoming momenta over K. The note says how the momenta spread, and which masses were learned.
func (r *Run) Potentials() (picture *plots.Picture, note string, err error) {
	m, s, err := r.planar()
	if err != nil {
		return nil, "", err
	}
	target, err := s.Field()
	if err != nil {
		return nil, "", err
	}
	scenes, err := landscapes(m, s)
	if err != nil {
		return nil, "", err
	}
	var potentials, kinetics []plots.Panel
	for i, e := range scenes {
		v, k := "Potential energy V(q)", "Kinetic energy K(p)"
		if len(scenes) > 1 {
			v, k = fmt.Sprintf("V(q) of Hamiltonian %d", i+1), fmt.Sprintf("K(p) of Hamiltonian %d", i+1)
		}
		momenta := &Surface{Low: [2]float64{e.kinetic.Q[0], e.kinetic.P[0]}, High: [2]float64{last(e.kinetic.Q), last(e.kinetic.P)}}
		density, err := momenta.EstimateWith(e.p.X, 1)
		if err != nil {
			return nil, "", err
		}
		potentials = append(potentials, plots.Panel{Title: v, Energy: e.potential, EnergyTop: e.potentialTop, EnergyLabel: "V", Contours: target})
		kinetics = append(kinetics, plots.Panel{Title: k, X: "p₁", Y: "p₂", Energy: e.kinetic, EnergyLabel: "K", Contours: density})
	}
	panels, columns := append(slices.Clone(potentials), kinetics...), len(scenes)
	if n := len(scenes); n == 1 || n > landscapeColumns { // K goes beside V
		panels, columns = nil, min(2*n, landscapeColumns)
		for i := range scenes {
			panels = append(panels, potentials[i], kinetics[i])
		}
	}
	picture, err = plots.Panels("", columns, panels...)
	if err != nil {
		return nil, "", err
	}
	spread, err := spreadSentence(m)
	if err != nil {
		return nil, "", err
	}
	text := "Lines hold 25, 50, 75 and 95% of the points: over V(q) of the target, over K(p) of the momenta that come in."
	masses, err := massSentence(m, len(scenes))
	return picture, strings.TrimSpace(text + " " + spread + " " + masses), err
}

// spreadSentence says how the momenta spread: the flow keeps volumes, so what gathers in q must spread in p.
func spreadSentence(m *nhf.Model) (string, error) {
	q, p, err := m.SamplePrior(2, sceneStates)
	if err != nil {
		return "", err
	}
	_, end, err := m.Forward(q, p)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("Momenta spread from a standard deviation of %.2f in the prior to %.2f at the end.", stat.StdDev(p.X, nil), stat.StdDev(end.X, nil)), nil
}

// massSentence gives the masses of fixed kinetic energies: with K = Σ p_k²/2m_k, K at the k-th unit vector is 1/2m_k.
func massSentence(m *nhf.Model, n int) (string, error) {
	if m.Params.Kinetic != "fixed" {
		return "", nil
	}
	units := points.New(m.Dim(), m.Dim())
	for k := range m.Dim() {
		units.At(k)[k] = 1
	}
	var all []string
	for i := range n {
		k, err := m.Kinetic(i, units)
		if err != nil {
			return "", err
		}
		var masses []string
		for _, v := range k {
			masses = append(masses, fmt.Sprintf("%.3g", 1/(2*v)))
		}
		all = append(all, strings.Join(masses, " and "))
	}
	return fmt.Sprintf("The learned masses along the coordinates: %s, in the model's standardised units.", strings.Join(all, "; ")), nil
}

// SquareAround returns a square that holds 99.6% of the coordinates along each axis, with some room.
func SquareAround(rows []float64) (low, high [2]float64) {
	half := 0.0
	var middle [2]float64
	for k := range 2 {
		var column []float64
		for i := k; i < len(rows); i += 2 {
			column = append(column, rows[i])
		}
		a, b := quantile(column, 0.002), quantile(column, 0.998)
		middle[k], half = (a+b)/2, max(half, momentaMargin*(b-a)/2)
	}
	for k := range 2 {
		low[k], high[k] = middle[k]-half, middle[k]+half
	}
	return low, high
}

func quantile(values []float64, share float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[int(share*float64(len(sorted)-1))]
}

func last[T any](x []T) T { return x[len(x)-1] }
