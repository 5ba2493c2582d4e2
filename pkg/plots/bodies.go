package plots

import (
	"errors"
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"
)

// A Body is what moves in the plane along one path for each trajectory.
type Body struct {
	Name  string
	Color color.NRGBA // zero: the next of the palette
	X, Y  [][]float64 // X[i][t], Y[i][t] of trajectory i
}

// Plane says how [BodyPaths] looks.
type Plane struct {
	Title  string
	Height float64 // CSS pixels; 0: 440. The width follows from it
}

// BodyPaths draws the paths of bodies in the plane (Toth et al. 2020, Figure 5), with one scale for both axes: the first
// trajectory in full, with a ring where each body starts and a disc where it ends, and the others faded under it.
func BodyPaths(c Plane, bodies ...Body) (*Picture, error) {
	if len(bodies) == 0 {
		return nil, errors.New("plots: BodyPaths has nothing to draw: give it at least one body")
	}
	p := newPlot("x", "y")
	p.X.Tick.Marker, p.Y.Tick.Marker = linearTicks{want: 5}, linearTicks{want: 5}
	f := &figure{height: side(c.Height, 440), title: c.Title, panels: []*plot.Plot{p}}
	f.width = f.height
	xs, ys := noExtent(), noExtent()
	names := make([]string, len(bodies))
	for i, b := range bodies {
		names[i] = b.Name
	}
	var front []plot.Plotter
	for i, style := range stylesFor(names) {
		b := bodies[i]
		if (b.Color != color.NRGBA{}) {
			style = Style{Color: b.Color}
		}
		style.Color.A = 0xff
		if len(b.X) != len(bodies[0].X) {
			return nil, fmt.Errorf("plots: body %q has %d trajectories and %q has %d: give them the same", b.Name, len(b.X), bodies[0].Name, len(bodies[0].X))
		}
		paths, _, err := Phase{}.orbits(Orbits{Name: b.Name, Q: b.X, P: b.Y})
		if err != nil {
			return nil, err
		}
		for k := len(paths) - 1; k >= 0; k-- {
			addAll(&xs, &ys, paths[k])
			if k > 0 {
				p.Add(lines{paths[k], Style{Color: faded(style.Color, 0.3), Width: 0.9}})
				continue
			}
			last := paths[0][len(paths[0])-1]
			front = append(front, lines{paths[0], style},
				rings{dots{pts: paths[0][0][:1], color: style.Color, radius: 4}},
				dots{pts: plotter.XYs{last[len(last)-1]}, color: style.Color, radius: 4.5, halo: true})
		}
		if b.Name != "" {
			f.legend = append(f.legend, entry{b.Name, lines{style: style}})
		}
	}
	p.Add(front...)
	xs, ys = squared(xs, ys)
	xs.apply(&p.X, false, 0)
	ys.apply(&p.Y, false, 0)
	f.fitWidth()
	return f.render(nil), nil
}

// squared widens the shorter range to half the length of the longer at least, and both by a twentieth, so that the picture
// of a straight line is no line either.
func squared(xs, ys extent) (extent, extent) {
	longer := math.Max(xs.hi-xs.lo, ys.hi-ys.lo)
	if longer == 0 {
		longer = math.Max(1, math.Abs(xs.hi)+math.Abs(ys.hi))
	}
	widen := func(e extent) extent {
		half, mid := math.Max(e.hi-e.lo, longer/2)/2*1.1, e.lo/2+e.hi/2
		return extent{mid - half, mid + half}
	}
	return widen(xs), widen(ys)
}

// rings draws points as small circles, white inside.
type rings struct{ dots }

// Plot implements plot.Plotter.
func (r rings) Plot(c draw.Canvas, p *plot.Plot) {
	r.dots.Plot(c, p)
	r.radius, r.color = r.radius-1.5, paper
	r.dots.Plot(c, p)
}
