package plots

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// arrows draws each step as a shaft with a head at its end.
type arrows struct{ from, to plotter.XYs }

// layer returns the arrows of the steps that are finite.
func (s *Steps) layer(where string) (arrows, error) {
	if len(s.From) != len(s.To) || len(s.From)%2 != 0 || len(s.From) == 0 {
		return arrows{}, fmt.Errorf("plots: the steps of %s start at %d numbers and end at %d: give as many of each, in rows of two", where, len(s.From), len(s.To))
	}
	var a arrows
	for i := 0; i < len(s.From); i += 2 {
		if move := finite(slices.Concat(s.From[i:i+2], s.To[i:i+2])); len(move) == 2 {
			a.from, a.to = append(a.from, move[0]), append(a.to, move[1])
		}
	}
	if len(a.from) == 0 {
		return a, fmt.Errorf("plots: no step of %s is finite", where)
	}
	return a, nil
}

// DataRange implements plot.DataRanger.
func (a arrows) DataRange() (xmin, xmax, ymin, ymax float64) {
	return plotter.XYRange(append(a.from[:len(a.from):len(a.from)], a.to...))
}

// Plot implements plot.Plotter. Gonum's Field draws arrows on a grid only.
func (a arrows) Plot(c draw.Canvas, p *plot.Plot) {
	const head, half = 5.0, 2.0 // length of the head and half its width in CSS pixels
	dots(a.from, skyDot, 1.5).Plot(c, p)
	x, y := p.Transforms(&c)
	shaft := draw.LineStyle{Color: blue, Width: 0.9}
	for i := range a.from {
		from, to := vg.Point{X: x(a.from[i].X), Y: y(a.from[i].Y)}, vg.Point{X: x(a.to[i].X), Y: y(a.to[i].Y)}
		along := to.Sub(from)
		length := vg.Length(math.Hypot(float64(along.X), float64(along.Y)))
		if length < 0.5 {
			continue // does not move
		}
		unit := along.Scale(1 / length)
		size := min(head, 0.6*length) // a short arrow gets a short head
		neck := to.Sub(unit.Scale(size))
		c.StrokeLines(shaft, c.ClipLinesXY([]vg.Point{from, neck})...)
		side := vg.Point{X: -unit.Y, Y: unit.X}.Scale(size * half / head)
		if c.Contains(to) {
			c.FillPolygon(blue, []vg.Point{to, neck.Add(side), neck.Sub(side)})
		}
	}
}

// layer returns the path of each point, coloured by time, with a small light dot at its start and a dark one at its
// end, and the range of the times. Later times lie over earlier ones, so that the ends stay visible.
func (f *Flow) layer(where string) (layer []plot.Plotter, whole extent, err error) {
	whole = noExtent()
	if len(f.At) == 0 || len(f.At[0]) == 0 {
		return nil, whole, fmt.Errorf("plots: the flow of %s has no points: give it at least one at one time", where)
	}
	times := f.Times
	if times == nil {
		for t := range f.At {
			times = append(times, float64(t))
		}
	}
	if len(times) != len(f.At) {
		return nil, whole, fmt.Errorf("plots: the flow of %s has %d times for points at %d: give one for each", where, len(times), len(f.At))
	}
	for t, rows := range f.At {
		if len(rows) != len(f.At[0]) || len(rows)%2 != 0 {
			return nil, whole, fmt.Errorf("plots: the flow of %s has %d numbers at its start and %d at time %d: give rows of two, as many at each time", where, len(f.At[0]), len(rows), t)
		}
		if !drawable(times[t], false) || t > 0 && times[t] <= times[t-1] {
			return nil, whole, fmt.Errorf("plots: the times of the flow of %s must be finite and ascending", where)
		}
		whole.add(times[t])
	}
	colors := timeRamp(timeShades)
	mark := func(t int, radius vg.Length) {
		layer = append(layer, dots(finite(f.At[t]), colors.of(times[t], whole), radius))
	}
	if f.since == 0 {
		mark(0, 1.4)
	}
	last := len(f.At) - 1
	if f.until > 0 {
		last = f.until - 1
	}
	for t := f.since; t < last; t++ {
		style := draw.LineStyle{Color: colors.of((times[t]+times[t+1])/2, whole), Width: 0.9}
		for i := 0; i < len(f.At[t]); i += 2 {
			if move := finite(slices.Concat(f.At[t][i:i+2], f.At[t+1][i:i+2])); len(move) == 2 {
				layer = append(layer, bare{&plotter.Line{XYs: move, LineStyle: style}})
			}
		}
	}
	mark(last, 1.8)
	return layer, whole, nil
}

// finite reads rows of two numbers and leaves out those that are not finite.
func finite(rows []float64) plotter.XYs {
	var pts plotter.XYs
	for i := 0; i+1 < len(rows); i += 2 {
		if drawable(rows[i], false) && drawable(rows[i+1], false) {
			pts = append(pts, plotter.XY{X: rows[i], Y: rows[i+1]})
		}
	}
	return pts
}
