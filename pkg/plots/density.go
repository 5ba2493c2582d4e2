package plots

import (
	"errors"
	"image"
)

// FlowFigure is what a Hamiltonian flow in the plane has learned, as in Figure 9 of Toth et al. 2020. What is nil is left
// out.
type FlowFigure struct {
	Title              string
	Target, Learned    *Field // densities: one colour scale
	TargetKind         string // how Target was come by, such as "exact" or "KDE of 20 000 points"; "": is not said
	LearnedKind        string // the same of Learned
	Kinetic, Potential *Field // K(p) and V(q)
	Step               *Steps // of points q, in a single leapfrog step
	Flow               *Flow  // of points q from the prior, through all steps
}

// Picture draws the panels in the paper's order. Lines of equal target density, around 25 to 95% of its mass, lie under the
// step and the flow: the flow ends at the modes.
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

// titled adds to a title how the density was come by.
func titled(title, kind string) string {
	if kind == "" {
		return title
	}
	return title + ": " + kind
}

// heightOfData is where the colours of a potential are to end: half as far again above its lowest value as it reaches where
// 95% of a density's mass is. A potential rises steeply beyond the data, and would hide its valleys. 0: it does not matter.
func heightOfData(potential, density *Field) float64 {
	levels := massLevels(density, 0.95)
	if len(levels) == 0 {
		return 0
	}
	all, data := noExtent(), noExtent()
	for i, y := range potential.P {
		for j, x := range potential.Q {
			v := potential.H[i][j]
			if !drawable(v, false) {
				continue
			}
			all.add(v)
			within := x >= density.Q[0] && x <= density.Q[len(density.Q)-1] && y >= density.P[0] && y <= density.P[len(density.P)-1]
			// The grids are about as fine: the density's cell that holds the point will do.
			if within && density.H[locate(density.P, y).at][locate(density.Q, x).at] >= levels[0] {
				data.add(v)
			}
		}
	}
	if data.lo > data.hi || data.hi <= all.lo {
		return 0
	}
	return all.lo + 1.5*(data.hi-all.lo)
}

// AnimatePanels shows pictures of panels one after another, in a loop for ever: a density, or points, in time. Every
// picture has as many panels; densities share one scale, and each panel shows the plane as far as it is shown in any
// picture. Of a, Title, Columns, Delay and Colours count.
func AnimatePanels(a Animation, pictures ...[]Panel) (*Picture, error) {
	if len(pictures) == 0 {
		return nil, errors.New("plots: AnimatePanels has nothing to draw: give it at least one picture of panels")
	}
	top := 0.0
	for _, panels := range pictures {
		if len(panels) != len(pictures[0]) {
			return nil, errors.New("plots: AnimatePanels was given pictures of different numbers of panels: give each as many")
		}
		for _, p := range panels {
			if p.Density != nil {
				whole, err := p.Density.check()
				if err != nil {
					return nil, err
				}
				top = max(top, whole.hi)
			}
		}
	}
	xs, ys := make([]extent, len(pictures[0])), make([]extent, len(pictures[0])) // of the plane, all pictures' together
	for i := range xs {
		xs[i], ys[i] = noExtent(), noExtent()
	}
	for _, panels := range pictures {
		b, err := newBoard(a.Title, a.Columns, panels, top)
		if err != nil {
			return nil, err
		}
		for i, p := range b.plots {
			xs[i].add(p.X.Min)
			xs[i].add(p.X.Max)
			ys[i].add(p.Y.Min)
			ys[i].add(p.Y.Max)
		}
	}
	var first *board
	pages := make([]*image.RGBA, len(pictures))
	for t, panels := range pictures {
		panels = append([]Panel(nil), panels...)
		for i := range panels {
			panels[i].Low, panels[i].High = [2]float64{xs[i].lo, ys[i].lo}, [2]float64{xs[i].hi, ys[i].hi}
		}
		b, err := newBoard(a.Title, a.Columns, panels, top)
		if err != nil {
			return nil, err
		}
		if first == nil {
			first = b
			if checkArea(int(b.width)*len(pictures), int(b.height)) != nil {
				return nil, errors.New("plots: AnimatePanels was given more pictures than fit in memory: give it fewer, or fewer panels")
			}
		}
		// Room for labels may differ; what moves is to be the picture, not the page.
		b.left, b.below, b.right, b.width, b.height = first.left, first.below, first.right, first.width, first.height
		pages[t] = b.page(1)
	}
	return animate(a, len(pages), func(t int) *image.RGBA { return pages[t] }), nil
}

// AnimateFlow shows the flow of p in time: each point moves and draws a tail of its last tail times behind it (0: all of its
// path), over p's other layers, and holds still for a second at the end.
func AnimateFlow(a Animation, p Panel, tail int) (*Picture, error) {
	if p.Flow == nil {
		return nil, errors.New("plots: AnimateFlow has no Flow to draw: give the panel one")
	}
	b, err := newBoard(a.Title, 1, []Panel{p}, 0)
	if err != nil {
		return nil, err
	}
	p.Low, p.High = [2]float64{b.plots[0].X.Min, b.plots[0].Y.Min}, [2]float64{b.plots[0].X.Max, b.plots[0].Y.Max}
	var pictures [][]Panel
	for t := range p.Flow.At {
		shown := p
		flow := *p.Flow
		flow.until = t + 1
		if tail > 0 {
			flow.since = max(flow.until-1-tail, 0)
		}
		shown.Flow = &flow
		pictures = append(pictures, []Panel{shown})
	}
	movie, err := AnimatePanels(a, pictures...)
	if err != nil {
		return nil, err
	}
	movie.anim.Delay[len(pictures)-1] += 100 // hundredths of a second
	return movie, nil
}
