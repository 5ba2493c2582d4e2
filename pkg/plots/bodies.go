package plots

import (
	"errors"
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
)

// A Body moves in the plane, along one path for each trajectory.
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

// BodyPaths draws the paths of bodies in the plane, with one scale for both axes (Toth et al. 2020, Figure 5). It
// draws the first trajectory in full, with a ring at each body's start and a disc at its end, and the others faded
// under it.
func BodyPaths(c Plane, bodies ...Body) (*Picture, error) {
	if len(bodies) == 0 {
		return nil, errors.New("plots: BodyPaths has nothing to draw: give it at least one body")
	}
	p := newPlot("x", "y")
	p.X.Tick.Marker, p.Y.Tick.Marker = linearTicks{want: 5}, linearTicks{want: 5}
	height := side(c.Height, 440)
	f := &figure{width: height, height: height, title: c.Title, panels: []*plot.Plot{p}}
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
		for k := len(paths) - 1; k > 0; k-- {
			p.Add(lines(paths[k], Style{Color: faded(style.Color, 0.3), Width: 0.9})...)
		}
		last := paths[0][len(paths[0])-1]
		start, end := paths[0][0][:1], last[len(last)-1:]
		front = append(front, lines(paths[0], style)...)
		front = append(front, dots(start, style.Color, 4), dots(start, paper, 2.5)) // a ring
		front = append(front, rimmed(end, style.Color, 4.5)...)
		f.list(b.Name, sample(style))
	}
	p.Add(front...)
	xs, ys := squared(extent{p.X.Min, p.X.Max}, extent{p.Y.Min, p.Y.Max})
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = xs.lo, xs.hi, ys.lo, ys.hi
	setRange(&p.X, false, 0)
	setRange(&p.Y, false, 0)
	f.fitWidth()
	return f.render(), nil
}

// squared widens the shorter range to at least half the length of the longer one, and both by a tenth, so that the picture
// of a straight line still has some height.
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
