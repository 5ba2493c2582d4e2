package plots

import (
	"errors"
	"image"
)

// FlowFigure shows what a Hamiltonian flow in the plane has learned (Toth et al. 2020, Figure 9). It omits panels
// without data.
type FlowFigure struct {
	Title              string
	Target, Learned    *Field // densities: one colour scale
	TargetKind         string // how Target was computed, such as "exact" or "KDE of 20 000 points"; "": no remark
	LearnedKind        string // how Learned was computed
	Kinetic, Potential *Field // K(p) and V(q)
	Step               *Steps // of points q, in a single leapfrog step
	Flow               *Flow  // of points q from the prior, through all steps
}

// Picture draws the panels in the paper's order. Under the step and the flow it draws lines of equal target density,
// around 25 to 95% of its mass, which show that the flow ends at the modes.
func (f FlowFigure) Picture() (*Picture, error) {
	var panels []Panel
	add := func(there bool, p Panel) {
		if there {
			panels = append(panels, p)
		}
	}
	var low, high [2]float64
	if f.Target != nil {
		if _, err := f.Target.check(); err != nil {
			return nil, err
		}
		q, p := f.Target.Q, f.Target.P
		low, high = [2]float64{q[0], p[0]}, [2]float64{q[len(q)-1], p[len(p)-1]}
	}
	add(f.Target != nil, Panel{Title: titled("Target density", f.TargetKind), Density: f.Target})
	add(f.Learned != nil, Panel{Title: titled("Learned density", f.LearnedKind), Density: f.Learned, Low: low, High: high})
	add(f.Kinetic != nil, Panel{Title: "Kinetic energy K(p)", X: "p₁", Y: "p₂", Energy: f.Kinetic, EnergyLabel: "K"})
	valleys := Panel{Title: "Potential energy V(q)", Energy: f.Potential, EnergyLabel: "V"}
	if f.Potential != nil && f.Target != nil {
		if _, err := f.Potential.check(); err != nil {
			return nil, err
		}
		valleys.EnergyTop = heightOfData(f.Potential, f.Target)
	}
	add(f.Potential != nil, valleys)
	add(f.Step != nil, Panel{Title: "Single leapfrog step", Contours: f.Target, Steps: f.Step, Low: low, High: high})
	add(f.Flow != nil, Panel{Title: "Integrated flow", Contours: f.Target, Flow: f.Flow, Low: low, High: high})
	return Panels(f.Title, 3, panels...)
}

// titled appends to a title how the density was computed.
func titled(title, kind string) string {
	if kind == "" {
		return title
	}
	return title + ": " + kind
}

// heightOfData returns the value at which the colours of a potential end: 1.5 times the height, above its lowest
// value, that it reaches within 95% of a density's mass. A potential rises steeply beyond the data, which would
// otherwise hide its valleys. Zero means that no limit is known.
func heightOfData(potential, density *Field) float64 {
	levels := massLevels(density, 0.95)
	if len(levels) == 0 {
		return 0
	}
	whole, data := potential.shown(), noExtent()
	for i, y := range potential.P {
		for j, x := range potential.Q {
			v := potential.H[i][j]
			if !drawable(v, false) {
				continue
			}
			within := x >= density.Q[0] && x <= density.Q[len(density.Q)-1] && y >= density.P[0] && y <= density.P[len(density.P)-1]
			// The grids are about equally fine, so the density's cell that holds the point suffices.
			if within && density.H[locate(density.P, y).at][locate(density.Q, x).at] >= levels[0] {
				data.add(v)
			}
		}
	}
	if data.lo > data.hi || data.hi <= whole.lo {
		return 0
	}
	return whole.lo + 1.5*(data.hi-whole.lo)
}

// AnimateFlow shows the flow of p in time, over p's other layers. Each point moves and draws a tail through its last
// tail times; 0 means its whole path. The animation holds still for a second at the end, and repeats for ever.
func AnimateFlow(a Animation, p Panel, tail int) (*Picture, error) {
	if p.Flow == nil {
		return nil, errors.New("plots: AnimateFlow has no Flow to draw: give the panel one")
	}
	whole, flow := p.Flow, *p.Flow
	b, err := newBoard(a.Title, 1, []Panel{p})
	if err != nil {
		return nil, err
	}
	if checkArea(int(b.width)*len(whole.At), int(b.height)) != nil {
		return nil, errors.New("plots: AnimateFlow was given more times than fit in memory: give it fewer")
	}
	p.Low, p.High = [2]float64{b.plots[0].X.Min, b.plots[0].Y.Min}, [2]float64{b.plots[0].X.Max, b.plots[0].Y.Max}
	pages := make([]*image.RGBA, len(whole.At))
	for t := range pages {
		flow.until = t + 1
		if tail > 0 {
			flow.since = max(t-tail, 0)
		}
		p.Flow = &flow
		if b, err = newBoard(a.Title, 1, []Panel{p}); err != nil {
			return nil, err
		}
		pages[t] = b.page(1)
	}
	movie := animate(a, len(pages), func(t int) *image.RGBA { return pages[t] })
	movie.anim.Delay[len(pages)-1] += 100 // hundredths of a second
	return movie, nil
}
