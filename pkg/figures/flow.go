package figures

import (
	"fmt"

	"hgn.local/gomlx_models/nhf"
	"hgn.local/gomlx_models/points"
	"hgn.local/pkg/plots"
)

const (
	// FlowLines and MovingPoints are the default numbers of points that Flow and FlowGIF draw.
	FlowLines    = 150
	MovingPoints = 110

	mostPoints    = 5000
	framesPerMove = 16 // frames of the whole flow
	tail          = 3  // in frames
)

// paths returns the positions of n samples of the prior before the flow and after each of its leapfrog steps.
func paths(m *nhf.Model, n int, seed uint64) ([]points.Points, error) {
	if n < 1 || n > mostPoints {
		return nil, mistake("the picture draws 1 to %d points, not %d", mostPoints, n)
	}
	q, p, err := m.SamplePrior(seed, n)
	if err != nil {
		return nil, err
	}
	qs, _, err := m.Path(q, p)
	return qs, err
}

// Flow shows what a Neural Hamiltonian Flow in the plane has learned (Toth et al. 2020, Figure 9): the density of the
// target and the learned one, on one scale; K(p) and V(q) of its last Hamiltonian; its last leapfrog step, as arrows;
// and the paths of n samples of the prior through all steps, as lines that end where the flow takes them. From one
// leapfrog step to the next a position moves straight, as the drift of a leapfrog does.
func (r *Run) Flow(n int, seed uint64) (*plots.Picture, error) {
	m, s, err := r.planar()
	if err != nil {
		return nil, err
	}
	qs, err := paths(m, n, seed)
	if err != nil {
		return nil, err
	}
	figure := plots.FlowFigure{Title: r.Label + ": " + chain(m.Params), TargetKind: s.Kind(), LearnedKind: LearnedKind(m)}
	if figure.Target, err = s.Field(); err != nil {
		return nil, err
	}
	if figure.Learned, err = r.LearnedField(m, s); err != nil {
		return nil, err
	}
	scenes, err := landscapes(m, s)
	if err != nil {
		return nil, err
	}
	figure.Kinetic, figure.Potential = last(scenes).kinetic, last(scenes).potential
	steps := len(qs) - 1
	figure.Step = &plots.Steps{From: qs[steps-1].X, To: qs[steps].X}
	figure.Flow = &plots.Flow{At: rows(qs), Label: "leapfrog step"}
	return figure.Picture()
}

// FlowGIF animates the flow of Flow: n samples of the prior move to their places under the density, each with a tail,
// over lines of equal density of the target. If the flow has only one Hamiltonian, they move over its potential, as
// balls on a landscape.
func (r *Run) FlowGIF(n int, seed uint64) (*plots.Picture, error) {
	m, s, err := r.planar()
	if err != nil {
		return nil, err
	}
	qs, err := paths(m, n, seed)
	if err != nil {
		return nil, err
	}
	target, err := s.Field()
	if err != nil {
		return nil, err
	}
	steps := len(qs) - 1
	each := max(framesPerMove/steps, 4)
	flow := plots.Flow{Label: "leapfrog step"}
	for t := range steps*each + 1 {
		step, share := t/each, float64(t%each)/float64(each)
		flow.At, flow.Times = append(flow.At, between(qs, step, share)), append(flow.Times, float64(t)/float64(each))
	}
	panel := plots.Panel{Title: "Lines of the target density: " + s.Kind(), Contours: target, Flow: &flow, Low: s.Low, High: s.High}
	look := plots.Animation{Title: r.Label, Colours: 16}
	if m.Params.Hamiltonians == 1 || m.Params.Shared {
		scenes, err := landscapes(m, s)
		if err != nil {
			return nil, err
		}
		panel.Title, panel.Contours = "Potential energy V(q)", nil
		panel.Energy, panel.EnergyTop = scenes[0].potential, scenes[0].potentialTop
		look.Colours = 24
	}
	return plots.AnimateFlow(look, panel, tail)
}

// between interpolates the points' positions linearly between one step and the next.
func between(qs []points.Points, step int, share float64) []float64 {
	if share == 0 {
		return qs[step].X
	}
	out := make([]float64, len(qs[step].X))
	for i := range out {
		out[i] = (1-share)*qs[step].X[i] + share*qs[step+1].X[i]
	}
	return out
}

func rows(all []points.Points) [][]float64 {
	var out [][]float64
	for _, x := range all {
		out = append(out, x.X)
	}
	return out
}

// chain says what a flow consists of.
func chain(p nhf.Params) string {
	steps := "one leapfrog step"
	if p.LeapfrogSteps > 1 {
		steps = fmt.Sprintf("%d leapfrog steps", p.LeapfrogSteps)
	}
	switch {
	case p.Hamiltonians == 1:
		return "one Hamiltonian, " + steps
	case p.Shared:
		return fmt.Sprintf("one Hamiltonian %d times, %s each", p.Hamiltonians, steps)
	}
	return fmt.Sprintf("%d Hamiltonians of %s; K, V and the step are of the last", p.Hamiltonians, steps)
}
