package plots

import (
	"errors"
	"fmt"
	"image/color"
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Bar is what a model reaches on each group of [Bars], such as each system.
type Bar struct {
	Name       string
	Mean, Half []float64 // [group]: value and half width of its 95% interval; NaN: not known. Half nil: no intervals
	Style      Style     // its colour; zero: the role that Name holds, else the next free colour
}

// BarChart says how [Bars] looks.
type BarChart struct {
	Title, Caption, Y string   // Y: the measure, as the label of the axis
	Groups            []string // names, e.g. of systems
	LogY              bool
	References        []Mark  // horizontal lines, e.g. a paper's figure
	Width, Height     float64 // CSS pixels; 0: as the bars need, 380
}

const (
	barLeast  = 22 // width of a bar
	groupGap  = 26 // between groups
	valueSize = 10.5
)

// Bars compares models on a measure: a group of bars for each system, a bar for each model with its value on top and a
// whisker for the interval. On a linear axis bars begin at 0; a logarithmic one has no 0, and there only the heights of
// their ends mean something.
func Bars(c BarChart, models ...Bar) (*Picture, error) {
	if len(models) == 0 || len(c.Groups) == 0 {
		return nil, errors.New("plots: Bars has nothing to draw: give it at least one group and one model")
	}
	names := make([]string, len(models))
	for i, m := range models {
		names[i] = m.Name
		if len(m.Mean) != len(c.Groups) || m.Half != nil && len(m.Half) != len(m.Mean) {
			return nil, fmt.Errorf("plots: model %q has %d values and %d half widths for %d groups: give it one for each, NaN where it is not known", m.Name, len(m.Mean), len(m.Half), len(c.Groups))
		}
	}
	slot, group := barSizes(c, models)
	p := newAxes("", c.Y)
	f := &figure{width: side(c.Width, max(360, group*float64(len(c.Groups))+100)), height: side(c.Height, 380), title: c.Title, caption: c.Caption, panels: []*plot.Plot{p}}
	ys := noExtent()
	if !c.LogY {
		ys.add(0)
	}
	var whole []barGroup
	known := false
	for i, style := range stylesFor(names) {
		m := models[i]
		if !m.Style.isZero() {
			style = m.Style
		}
		b := barGroup{color: style.Color, mean: m.Mean, half: m.Half, log: c.LogY, slot: slot / group, shift: (float64(i) - float64(len(models)-1)/2) * slot / group}
		for g, v := range m.Mean {
			if drawable(v, c.LogY) {
				known = true
				ys.add(v)
				for _, end := range b.interval(g) {
					if drawable(end, c.LogY) {
						ys.add(end)
					}
				}
			}
		}
		whole = append(whole, b)
		if m.Name != "" {
			f.legend = append(f.legend, entry{m.Name, b})
		}
	}
	if !known {
		return nil, errors.New("plots: Bars has no finite value to draw, or on a logarithmic axis no positive one")
	}
	for _, m := range c.References {
		if drawable(m.At, c.LogY) {
			ys.add(m.At)
		}
	}
	ys.apply(&p.Y, c.LogY, 0)
	barRoom(&p.Y, ys, c.LogY)
	p.Add(levelGrid{})
	for _, m := range c.References {
		if drawable(m.At, c.LogY) {
			p.Add(crossLine{at: m.At})
		}
	}
	for _, b := range whole {
		p.Add(b)
	}
	p.X.Min, p.X.Max = -0.5, float64(len(c.Groups))-0.5
	p.X.Tick.Marker, p.X.Tick.LineStyle.Color = namedTicks(c.Groups), paper // unseen, but they keep the names off the axis
	labels := newMarginLabels(Chart{References: c.References, LogY: c.LogY}, p)
	f.right = labels.right
	f.width = max(f.width, min(f.width+labels.right, 4000))
	return f.render(func(page draw.Canvas, data []draw.Canvas) { labels.draw(page, data[0], p) }), nil
}

// barSizes is the width of a bar and of a group, in CSS pixels, that leaves room for the values and the names.
func barSizes(c BarChart, models []Bar) (slot, group float64) {
	slot = barLeast
	for _, m := range models {
		for _, v := range m.Mean {
			if drawable(v, c.LogY) {
				slot = max(slot, float64(writing(valueSize, ink, false).Width(barLabel(v)))+4)
			}
		}
	}
	group = slot*float64(len(models)) + groupGap
	for _, name := range c.Groups {
		group = max(group, float64(writing(tickSize, ink, false).Width(name))+14)
	}
	return slot, group
}

// barRoom leaves room for the values over the bars, and on a logarithmic axis for the lowest bar to be one.
func barRoom(a *plot.Axis, ys extent, log bool) {
	if log {
		span := math.Max(math.Log(ys.hi/ys.lo), math.Ln2)
		a.Min, a.Max = ys.lo*math.Exp(-0.18*span), ys.hi*math.Exp(0.08*span)
		return
	}
	d := a.Max - a.Min
	if ys.hi > 0 {
		a.Max += 0.08 * d
	}
	if ys.lo < 0 {
		a.Min -= 0.08 * d
	}
}

// barLabel writes a value to two or three digits.
func barLabel(v float64) string {
	a := math.Abs(v)
	switch {
	case a == 0:
		return "0"
	case a >= 1e4 || a < 1e-3:
		e := int(math.Floor(math.Log10(a)))
		return withMinus(strconv.FormatFloat(v/math.Pow(10, float64(e)), 'f', 1, 64)) + "×10" + superscript(e)
	}
	digits := 2 - int(math.Floor(math.Log10(a)))
	return withMinus(strconv.FormatFloat(v, 'f', min(max(digits, 0), 4), 64))
}

// barGroup draws one model's bars; a group is one unit of x wide.
type barGroup struct {
	color       color.NRGBA
	mean, half  []float64
	log         bool
	slot, shift float64 // width, and place of the middle in its group
}

// interval is the lower and the upper end of a whisker; NaN where there is none.
func (b barGroup) interval(g int) [2]float64 {
	if b.half == nil {
		return [2]float64{math.NaN(), math.NaN()}
	}
	return [2]float64{b.mean[g] - b.half[g], b.mean[g] + b.half[g]}
}

// Plot implements plot.Plotter.
func (b barGroup) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	base := c.Min.Y
	if !b.log {
		base = y(0)
	}
	whisker := draw.LineStyle{Color: ink, Width: 1.1}
	value := writing(valueSize, ink, false)
	value.XAlign = draw.XCenter
	for g, v := range b.mean {
		if !drawable(v, b.log) {
			continue
		}
		at := float64(g) + b.shift
		left, mid, right := snap(x(at-0.43*b.slot)), x(at), snap(x(at+0.43*b.slot))
		top := y(v)
		c.FillPolygon(b.color, []vg.Point{{X: left, Y: base}, {X: right, Y: base}, {X: right, Y: top}, {X: left, Y: top}})
		ends := b.interval(g)
		if drawable(ends[1], b.log) {
			low, high := max(c.Min.Y, base), y(ends[1])
			capped := drawable(ends[0], b.log)
			if capped {
				low = y(ends[0])
			}
			c.StrokeLine2(whisker, mid, low, mid, high)
			c.StrokeLine2(whisker, mid-3.5, high, mid+3.5, high)
			if capped {
				c.StrokeLine2(whisker, mid-3.5, low, mid+3.5, low)
			}
			top = max(top, high)
		}
		if text := barLabel(v); value.Width(text) <= 1.1*(x(b.slot)-x(0)) {
			writeAt(c, value, vg.Point{X: mid, Y: max(top, base) + 3.5}, text)
		}
	}
}

// Thumbnail implements plot.Thumbnailer.
func (b barGroup) Thumbnail(c *draw.Canvas) {
	mid := c.Center().Y
	c.FillPolygon(b.color, []vg.Point{{X: c.Min.X, Y: mid - 4}, {X: c.Max.X, Y: mid - 4}, {X: c.Max.X, Y: mid + 4}, {X: c.Min.X, Y: mid + 4}})
}

// levelGrid is a grid of horizontal lines alone.
type levelGrid struct{}

// Plot implements plot.Plotter.
func (levelGrid) Plot(c draw.Canvas, p *plot.Plot) {
	_, y := p.Transforms(&c)
	for _, t := range p.Y.Tick.Marker.Ticks(p.Y.Min, p.Y.Max) {
		if t.Label != "" {
			c.StrokeLine2(draw.LineStyle{Color: gridGrey, Width: 0.7}, c.Min.X, y(t.Value), c.Max.X, y(t.Value))
		}
	}
}

// namedTicks labels 0, 1, 2, ... by names.
type namedTicks []string

// Ticks implements plot.Ticker.
func (n namedTicks) Ticks(_, _ float64) []plot.Tick {
	ticks := make([]plot.Tick, len(n))
	for i, name := range n {
		ticks[i] = plot.Tick{Value: float64(i), Label: name}
	}
	return ticks
}
