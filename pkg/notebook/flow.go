package notebook

import (
	"fmt"

	"hgn.local/gomlx_models/nhf"
	"hgn.local/gomlx_models/points"
	"hgn.local/pkg/plots"
)

// Flow shows what a Neural Hamiltonian Flow in the plane has learned (Toth et al. 2020, Figure 9): the density of the target
// and the learned one, on one scale; K(p) and V(q) of its last Hamiltonian; its last leapfrog step, as arrows; and the way of
// samples of the prior through all steps, as lines that end where the flow takes them. From one leapfrog step to the next a
// position moves straight, as the drift of a leapfrog does. Options: Seed, Points (how many lines, default 150).
func Flow(run *Run, opts ...Option) {
	cell(func() error { return run.flow(opts) })
}

const (
	flowLines = 150
	mostLines = 5000
)

func (r *Run) flow(opts []Option) error {
	m, s, err := r.asNHF("Flow")
	if err != nil {
		return err
	}
	o, err := lineOptions("Flow", flowLines, opts)
	if err != nil {
		return err
	}
	q, p, err := m.SamplePrior(o.seed, o.points)
	if err != nil {
		return err
	}
	qs, _, err := m.Path(q, p)
	if err != nil {
		return err
	}
	figure := plots.FlowFigure{Title: r.plainName() + ": " + chain(m.Params)}
	if figure.Target, err = s.field(); err != nil {
		return err
	}
	if figure.Learned, err = r.learnedField(m, s); err != nil {
		return err
	}
	scenes, err := r.landscapes(m, s)
	if err != nil {
		return err
	}
	figure.Kinetic, figure.Potential = last(scenes).kinetic, last(scenes).potential
	n := len(qs) - 1
	figure.Step = &plots.Steps{From: qs[n-1].X, To: qs[n].X}
	figure.Flow = &plots.Flow{At: rows(qs), Label: "leapfrog step"}
	picture, err := figure.Picture()
	if err != nil {
		return err
	}
	return showPicture(r.Dir, "flow", "Target and learned density, kinetic and potential energy, one leapfrog step and the whole flow", picture)
}

// FlowGIF is the flow of Flow in time: samples of the prior move to where the density is, each with a tail, over lines of equal
// density of the target. Where the flow has one Hamiltonian only they move over its potential, as balls on a landscape.
// Options: Seed, Points (how many, default 110).
func FlowGIF(run *Run, opts ...Option) {
	cell(func() error { return run.flowGIF(opts) })
}

const (
	movingPoints  = 110
	framesPerMove = 16 // of the whole flow
	tail          = 3  // frames
)

func (r *Run) flowGIF(opts []Option) error {
	m, s, err := r.asNHF("FlowGIF")
	if err != nil {
		return err
	}
	o, err := lineOptions("FlowGIF", movingPoints, opts)
	if err != nil {
		return err
	}
	q, p, err := m.SamplePrior(o.seed, o.points)
	if err != nil {
		return err
	}
	qs, _, err := m.Path(q, p)
	if err != nil {
		return err
	}
	target, err := s.field()
	if err != nil {
		return err
	}
	steps := len(qs) - 1
	each := max(framesPerMove/steps, 4)
	flow := plots.Flow{Label: "leapfrog step"}
	for t := range steps*each + 1 {
		step, share := t/each, float64(t%each)/float64(each)
		flow.At, flow.Times = append(flow.At, between(qs, step, share)), append(flow.Times, float64(t)/float64(each))
	}
	panel := plots.Panel{Contours: target, Flow: &flow, Low: s.low, High: s.high}
	look := plots.Animation{Title: r.plainName(), Colours: 16}
	if m.Params.Hamiltonians == 1 || m.Params.Shared {
		scenes, err := r.landscapes(m, s)
		if err != nil {
			return err
		}
		panel.Contours, panel.Energy, panel.EnergyTop = nil, scenes[0].potential, scenes[0].potentialTop
		look.Colours = 24
	}
	picture, err := plots.AnimateFlow(look, panel, tail)
	if err != nil {
		return err
	}
	return showPicture(r.Dir, "flow", "Samples of the prior flowing to the learned density", picture)
}

// between is where points are a share of the way from one step to the next: on a straight line.
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

// lineOptions settles Seed and Points of a call that draws so many points on their way.
func lineOptions(call string, n int, opts []Option) (settings, error) {
	o, err := settle(call, settings{seed: 1, points: n}, opts, "Seed", "Points")
	if err == nil && (o.points < 1 || o.points > mostLines) {
		err = mistake("nb.%s draws 1 to %d points, not %d", call, mostLines, o.points)
	}
	return o, err
}

// asNHF is the model as a Neural Hamiltonian Flow in the plane, for a call that draws what only that has.
func (r *Run) asNHF(call string) (*nhf.Model, *surface, error) {
	m, s, err := r.learned(call)
	if err != nil {
		return nil, nil, err
	}
	f, ok := m.(*nhf.Model)
	if !ok {
		return nil, nil, mistake("nb.%s shows a Hamiltonian flow, and the run %q is of an %s, which has no energy: nb.Show shows it", call, r.Name(), modelName(r.Config))
	}
	if s.dim != 2 {
		return nil, nil, mistake("nb.%s draws the plane, and the run %q is of points with %d coordinates: nb.Show shows it", call, r.Name(), s.dim)
	}
	return f, s, nil
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
