package figures

import (
	"fmt"
	"math"
	"math/rand/v2"

	"hgn.local/gomlx_models/nhf"
	"hgn.local/gomlx_models/points"
	"hgn.local/pkg/plots"
)

// A FlowExplorer holds what a control shows of a Neural Hamiltonian Flow in the plane: the way of points through all
// leapfrog steps, from the prior to the density and back, over the landscapes that move them.
type FlowExplorer struct {
	Steps             int          // leapfrog steps of the whole chain
	Stages            []Stage      // the Hamiltonians in order; a shared one comes once
	Low, High         [2]float64   // the part of the positions' plane that is shown
	LowP, HighP       [2]float64   // the same of the momenta's
	Target            *plots.Field // the density that the flow learned from
	FromPrior, ToData Walk         // samples of the prior, and points of the target taken back to it
	Label             string       // names the run and its chain
	model             *nhf.Model
}

// A Stage is one Hamiltonian of the chain over the shown parts of the planes.
type Stage struct {
	Potential, Kinetic *plots.Field
	Top, TopK          float64 // upper ends of their colours
}

// A Walk holds the states of some points before the flow and after each of its leapfrog steps.
type Walk struct{ Q, P []points.Points }

const (
	walkers   = 600
	stageGrid = 81
)

// FlowExplorer prepares the walks and landscapes.
func (r *Run) FlowExplorer() (*FlowExplorer, error) {
	m, s, err := r.planar()
	if err != nil {
		return nil, err
	}
	e := &FlowExplorer{Low: s.Low, High: s.High, Label: fmt.Sprintf("%s: samples of the prior through %d leapfrog steps", r.Label, m.Params.Hamiltonians*m.Params.LeapfrogSteps), model: m}
	if e.Target, err = s.Field(); err != nil {
		return nil, err
	}
	q, p, err := m.SamplePrior(1, walkers)
	if err != nil {
		return nil, err
	}
	if e.FromPrior.Q, e.FromPrior.P, err = m.Path(q, p); err != nil {
		return nil, err
	}
	n := min(walkers, len(s.Points)/2)
	noise, random := points.New(n, 2), rand.New(rand.NewPCG(1, 1))
	for i := range noise.X {
		noise.X[i] = random.NormFloat64()
	}
	if e.ToData, err = e.back(points.Points{X: s.Points[:2*n], Dim: 2}, noise); err != nil {
		return nil, err
	}
	e.Steps = len(e.FromPrior.Q) - 1
	var all []float64
	for _, w := range []Walk{e.FromPrior, e.ToData} {
		for _, x := range w.P {
			all = append(all, x.X...)
		}
	}
	e.LowP, e.HighP = SquareAround(all)
	return e, e.addStages()
}

// Back returns the way of points that end where the given ones are, with the momenta that the encoder expects there.
func (e *FlowExplorer) Back(x points.Points) (Walk, error) {
	return e.back(x, points.New(x.N(), x.Dim))
}

// back does the work of Back with the momenta that the encoder draws from standard normal noise.
func (e *FlowExplorer) back(x, noise points.Points) (Walk, error) {
	p, _, err := e.model.Encode(x, noise)
	if err != nil {
		return Walk{}, err
	}
	q0, p0, err := e.model.Inverse(x, p)
	if err != nil {
		return Walk{}, err
	}
	qs, ps, err := e.model.Path(q0, p0)
	return Walk{qs, ps}, err
}

// LogDensity returns the learned log p of a point.
func (e *FlowExplorer) LogDensity(x, y float64) (float64, error) {
	all, err := e.model.LogProb(points.Points{X: []float64{x, y}, Dim: 2})
	if err != nil {
		return math.NaN(), err
	}
	return all[0], nil
}

// StageOf returns the index of the Hamiltonian that does leapfrog step k, counted from 1.
func (e *FlowExplorer) StageOf(k int) int {
	return min(max(k-1, 0)/e.model.Params.LeapfrogSteps, len(e.Stages)-1)
}

func (e *FlowExplorer) addStages() error {
	n := e.model.Params.Hamiltonians
	if e.model.Params.Shared {
		n = 1
	}
	qs, ps := plots.GridPoints(e.Low, e.High, stageGrid), plots.GridPoints(e.LowP, e.HighP, stageGrid)
	for i := range n {
		v, err := e.model.Potential(i, points.Points{X: qs, Dim: 2})
		if err != nil {
			return err
		}
		k, err := e.model.Kinetic(i, points.Points{X: ps, Dim: 2})
		if err != nil {
			return err
		}
		// V rises steeply beyond the data, which would hide its valleys.
		s := Stage{Top: quantile(v, 0.6) + (quantile(v, 0.6) - quantile(v, 0)), TopK: quantile(k, 0.98)}
		if s.Potential, err = plots.FieldOfValues(e.Low, e.High, v); err != nil {
			return err
		}
		if s.Kinetic, err = plots.FieldOfValues(e.LowP, e.HighP, k); err != nil {
			return err
		}
		e.Stages = append(e.Stages, s)
	}
	return nil
}

// drawnWalkers is the number of samples in Picture.
const drawnWalkers = 80

// Picture draws samples of the prior at both ends of the chain: their positions, over lines of the target's density, and
// their momenta.
func (e *FlowExplorer) Picture() (*plots.Picture, error) {
	var positions, momenta []plots.Panel
	for _, end := range []struct {
		step int
		name string
	}{{0, "the prior"}, {e.Steps, fmt.Sprintf("after %d steps", e.Steps)}} {
		q, p := e.FromPrior.Q[end.step].Part(0, drawnWalkers), e.FromPrior.P[end.step].Part(0, drawnWalkers)
		positions = append(positions, plots.Panel{Title: "q: " + end.name, Contours: e.Target, Points: q.X, Low: e.Low, High: e.High})
		momenta = append(momenta, plots.Panel{Title: "p: " + end.name, X: "p₁", Y: "p₂", Points: p.X, Low: e.LowP, High: e.HighP})
	}
	return plots.Panels(e.Label, len(positions)+len(momenta), append(positions, momenta...)...)
}
