package plots

import (
	"cmp"
	"errors"
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
)

// Orbits are a named group of trajectories in the plane of q and p.
type Orbits struct {
	Name   string
	Q, P   [][]float64 // Q[i][t], P[i][t] of trajectory i
	Energy []float64   // one value for each trajectory, which colours it; nil: the group's colour
	Style  Style       // zero: the role in Name, else the next free colour
}

// Phase says how a picture of phase space looks.
type Phase struct {
	Title, X, Y   string  // title and axis labels; "": "", "q", "p"
	Circle        bool    // q is an angle, drawn in (-pi, pi]
	Field         *Field  // drawn under the trajectories; nil: none
	Width, Height float64 // CSS pixels; 0: 620 x 500
}

// PhasePortrait draws trajectories as lines with a dot at the start, over pale
// contours of c.Field if there is one.
func PhasePortrait(c Phase, groups ...Orbits) (*Picture, error) {
	if len(groups) == 0 {
		return nil, errors.New("plots: PhasePortrait has nothing to draw: give it at least one group of trajectories")
	}
	return c.draw(groups, false)
}

// EnergyLandscape draws c.Field as filled contours with a colour bar, and
// trajectories over it.
func EnergyLandscape(c Phase, groups ...Orbits) (*Picture, error) {
	if c.Field == nil {
		return nil, errors.New("plots: EnergyLandscape has no Field to draw: compute one, for example with FieldOf")
	}
	return c.draw(groups, true)
}

// draw draws the picture of phase space, with the field filled or in pale lines.
func (c Phase) draw(groups []Orbits, landscape bool) (*Picture, error) {
	p := newPlot(cmp.Or(c.X, "q"), cmp.Or(c.Y, "p"))
	f := &figure{width: side(c.Width, 620), height: side(c.Height, 500), title: c.Title, panels: []*plot.Plot{p}}
	var bar *colorBar
	var kept ramp
	if c.Field != nil {
		if _, err := c.Field.check(); err != nil {
			return nil, err
		}
		whole := c.Field.shown()
		layer := filled{field: c.Field, levels: whole.levels()}
		n := len(layer.levels) + 1
		if landscape {
			layer.colors, layer.line = landscapeRamp(n), color.NRGBA{0xff, 0xff, 0xff, 0x90}
			bar = &colorBar{label: "H", colors: layer.colors, levels: layer.levels, whole: whole}
		} else {
			layer.colors, layer.line = newRamp(n, color.Gray{0xfc}, color.Gray{0xe6}), color.NRGBA{0xc4, 0xc4, 0xc4, 0xff}
		}
		kept = append(kept, layer.colors...)
		p.Add(layer)
	}
	energies, err := energyRange(groups)
	if err != nil {
		return nil, err
	}
	glow := newRamp(24, emberControls...)
	if energies.lo <= energies.hi {
		kept = append(kept, glow...)
		if bar == nil {
			bar = &colorBar{label: "energy", colors: glow, whole: energies}
		}
	}
	var paths, starts []plot.Plotter
	var all plotter.XYs
	for i, style := range orbitStyles(groups) {
		g := groups[i]
		segs, first, err := c.orbits(g)
		if err != nil {
			return nil, err
		}
		style.Width = cmp.Or(style.Width, 1.5)
		for k := range segs {
			for _, seg := range segs[k] {
				all = append(all, seg...)
			}
			s := style
			if g.Energy != nil {
				s.Color, s.Dashes = glow.of(g.Energy[k], energies), nil
			}
			if landscape { // a white rim, under all lines, keeps any colour readable on any band
				p.Add(lines(segs[k], Style{Color: color.NRGBA{0xff, 0xff, 0xff, 0xd0}, Width: s.Width + 2.2})...)
			}
			paths = append(paths, lines(segs[k], s)...)
			starts = append(starts, rimmed(first[k], s.Color, 2.8)...)
		}
		if g.Energy == nil {
			f.list(g.Name, sample(style))
		}
	}
	p.Add(paths...)
	p.Add(starts...)
	pad := 0.05
	fence(p, all)
	if c.Field != nil {
		pad = 0
		q, m := c.Field.Q, c.Field.P
		p.X.Min, p.X.Max = math.Min(p.X.Min, q[0]), math.Max(p.X.Max, q[len(q)-1])
		p.Y.Min, p.Y.Max = math.Min(p.Y.Min, m[0]), math.Max(p.Y.Max, m[len(m)-1])
	}
	setRange(&p.X, false, pad)
	setRange(&p.Y, false, pad)
	if c.Circle {
		p.X.Min, p.X.Max, p.X.Tick.Marker = -math.Pi, math.Pi, angleTicks
	}
	if bar != nil {
		f.right, f.after = bar.room(), bar.drawBeside
	}
	pic := f.render()
	pic.kept = kept
	return pic, nil
}

// orbitStyles returns the style of each group: its own or the one for its name.
func orbitStyles(groups []Orbits) []Style {
	names := make([]string, len(groups))
	for i, g := range groups {
		names[i] = g.Name
	}
	styles := stylesFor(names)
	for i, g := range groups {
		if !g.Style.isZero() {
			styles[i] = g.Style
		}
	}
	return styles
}

// orbits returns the stretches of each trajectory and its first point.
func (c Phase) orbits(g Orbits) (segs [][]plotter.XYs, first []plotter.XYs, err error) {
	if len(g.Q) == 0 || len(g.Q) != len(g.P) {
		return nil, nil, fmt.Errorf("plots: group %q has %d trajectories of q and %d of p: give it as many of each, and at least one", g.Name, len(g.Q), len(g.P))
	}
	for i := range g.Q {
		if len(g.Q[i]) != len(g.P[i]) {
			return nil, nil, fmt.Errorf("plots: trajectory %d of group %q has %d values of q and %d of p: give it as many of each", i, g.Name, len(g.Q[i]), len(g.P[i]))
		}
		q := g.Q[i]
		if c.Circle {
			q = wrapAll(q)
		}
		s, err := segments(fmt.Sprintf("%s, trajectory %d", g.Name, i), q, g.P[i], false, false)
		if err != nil {
			return nil, nil, err
		}
		first = append(first, s[0][:1])
		if c.Circle {
			s = cutAtSeam(s)
		}
		segs = append(segs, s)
	}
	return segs, first, nil
}

// wrapAll maps angles to (-pi, pi].
func wrapAll(q []float64) []float64 {
	out := make([]float64, len(q))
	for i, v := range q {
		out[i] = v
		if drawable(v, false) {
			out[i] = wrapAngle(v)
		}
	}
	return out
}

// cutAtSeam ends a line where its angle passes from pi to -pi, or back, and starts a new one at the other side. It
// treats a step of more than half a turn as the shorter way across the seam.
func cutAtSeam(segs []plotter.XYs) []plotter.XYs {
	var out []plotter.XYs
	for _, seg := range segs {
		line := plotter.XYs{seg[0]}
		for i := 1; i < len(seg); i++ {
			a, b := seg[i-1], seg[i]
			if d := b.X - a.X; math.Abs(d) > math.Pi {
				edge := math.Copysign(math.Pi, -d) // the side at which a leaves
				span := 2*math.Pi - math.Abs(d)
				share := 0.5
				if span > 0 {
					share = (math.Pi - math.Abs(a.X)) / span
				}
				at := a.Y + share*(b.Y-a.Y)
				out = append(out, append(line, plotter.XY{X: edge, Y: at}))
				line = plotter.XYs{{X: -edge, Y: at}}
			}
			line = append(line, b)
		}
		out = append(out, line)
	}
	return out
}

// energyRange returns the range of the energies that colour trajectories.
func energyRange(groups []Orbits) (extent, error) {
	e := noExtent()
	for _, g := range groups {
		if g.Energy != nil && len(g.Energy) != len(g.Q) {
			return e, fmt.Errorf("plots: group %q has %d energies for %d trajectories: give it one for each", g.Name, len(g.Energy), len(g.Q))
		}
		for i, v := range g.Energy {
			if !drawable(v, false) {
				return e, fmt.Errorf("plots: energy %d of group %q is not finite: leave that trajectory out", i, g.Name)
			}
			e.add(v)
		}
	}
	return e, nil
}
