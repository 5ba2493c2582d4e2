package plots

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// arrows draws each step as a shaft with a head at its end.
type arrows struct{ from, to plotter.XYs }

func (s *Steps) layer(where string) (arrows, error) {
	if len(s.From) != len(s.To) || len(s.From)%2 != 0 || len(s.From) == 0 {
		return arrows{}, fmt.Errorf("plots: the steps of %s start at %d numbers and end at %d: give as many of each, in rows of two", where, len(s.From), len(s.To))
	}
	var a arrows
	for i := 0; i < len(s.From); i += 2 {
		from, to := plotter.XY{X: s.From[i], Y: s.From[i+1]}, plotter.XY{X: s.To[i], Y: s.To[i+1]}
		if drawable(from.X, false) && drawable(from.Y, false) && drawable(to.X, false) && drawable(to.Y, false) {
			a.from, a.to = append(a.from, from), append(a.to, to)
		}
	}
	if len(a.from) == 0 {
		return a, fmt.Errorf("plots: no step of %s is finite", where)
	}
	return a, nil
}

// Plot implements plot.Plotter.
func (a arrows) Plot(c draw.Canvas, p *plot.Plot) {
	const head, half = 5.0, 2.0 // length of the head and half its width in CSS pixels
	x, y := p.Transforms(&c)
	start := color.NRGBA{0x9f, 0xd4, 0xf2, 0xff}
	for _, v := range a.from {
		if from := (vg.Point{X: x(v.X), Y: y(v.Y)}); c.Contains(from) {
			c.DrawGlyph(draw.GlyphStyle{Color: start, Radius: 1.5, Shape: draw.CircleGlyph{}}, from)
		}
	}
	shaft := draw.LineStyle{Color: blue, Width: 0.9}
	for i := range a.from {
		from, to := vg.Point{X: x(a.from[i].X), Y: y(a.from[i].Y)}, vg.Point{X: x(a.to[i].X), Y: y(a.to[i].Y)}
		along := to.Sub(from)
		length := vg.Length(math.Hypot(float64(along.X), float64(along.Y)))
		if length < 0.5 {
			continue // does not move
		}
		unit := along.Scale(1 / length)
		size := min(head, 0.6*length) // of a short arrow the head is short too
		neck := to.Sub(unit.Scale(size))
		c.StrokeLines(shaft, c.ClipLinesXY([]vg.Point{from, neck})...)
		side := vg.Point{X: -unit.Y, Y: unit.X}.Scale(size * half / head)
		if c.Contains(to) {
			c.FillPolygon(blue, []vg.Point{to, neck.Add(side), neck.Sub(side)})
		}
	}
}

// streams draws each point's path, coloured by time, with a small light dot where it starts and a dark one where it ends.
type streams struct {
	at    []plotter.XYs // at[t][i]; NaN where the point is not finite
	times []float64
	whole extent // of the times that the colours span
	from  int    // draw from this time on
	to    int    // and up to this one
}

func (f *Flow) layer(where string) (streams, error) {
	s := streams{times: f.Times, whole: noExtent(), to: len(f.At) - 1}
	if len(f.At) == 0 || len(f.At[0]) == 0 {
		return s, fmt.Errorf("plots: the flow of %s has no points: give it at least one at one time", where)
	}
	if s.times == nil {
		for t := range f.At {
			s.times = append(s.times, float64(t))
		}
	}
	if len(s.times) != len(f.At) {
		return s, fmt.Errorf("plots: the flow of %s has %d times for points at %d: give one for each", where, len(s.times), len(f.At))
	}
	for t, rows := range f.At {
		if len(rows) != len(f.At[0]) || len(rows)%2 != 0 {
			return s, fmt.Errorf("plots: the flow of %s has %d numbers at its start and %d at time %d: give rows of two, as many at each time", where, len(f.At[0]), len(rows), t)
		}
		if !drawable(s.times[t], false) || t > 0 && s.times[t] <= s.times[t-1] {
			return s, fmt.Errorf("plots: the times of the flow of %s must be finite and ascending", where)
		}
		s.whole.add(s.times[t])
		pts := make(plotter.XYs, len(rows)/2)
		for i := range pts {
			pts[i] = plotter.XY{X: rows[2*i], Y: rows[2*i+1]}
			if !drawable(pts[i].X, false) || !drawable(pts[i].Y, false) {
				pts[i] = plotter.XY{X: math.NaN(), Y: math.NaN()}
			}
		}
		s.at = append(s.at, pts)
	}
	s.from = f.since
	if f.until > 0 {
		s.to = f.until - 1
	}
	return s, nil
}

// Plot implements plot.Plotter. Later times lie over earlier ones, so that the ends can be seen.
func (s streams) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	place := func(v plotter.XY) (vg.Point, bool) {
		return vg.Point{X: x(v.X), Y: y(v.Y)}, !math.IsNaN(v.X)
	}
	colors := timeRamp(timeShades)
	shade := func(time float64) color.NRGBA {
		if s.whole.hi <= s.whole.lo {
			return colors[len(colors)-1]
		}
		return colors[int((time-s.whole.lo)/(s.whole.hi-s.whole.lo)*(timeShades-1)+0.5)]
	}
	mark := func(t int, radius vg.Length) {
		for _, v := range s.at[t] {
			if pt, ok := place(v); ok && c.Contains(pt) {
				c.DrawGlyph(draw.GlyphStyle{Color: shade(s.times[t]), Radius: radius, Shape: draw.CircleGlyph{}}, pt)
			}
		}
	}
	if s.from == 0 {
		mark(0, 1.4)
	}
	for t := s.from; t < s.to; t++ {
		style := draw.LineStyle{Color: shade((s.times[t] + s.times[t+1]) / 2), Width: 0.9}
		for i := range s.at[t] {
			a, here := place(s.at[t][i])
			b, there := place(s.at[t+1][i])
			if here && there {
				c.StrokeLines(style, c.ClipLinesXY([]vg.Point{a, b})...)
			}
		}
	}
	mark(s.to, 1.8)
}
