package plots

import (
	"errors"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Series is one named curve.
type Series struct {
	Name  string
	X, Y  []float64 // X nil: 0, 1, 2, ...
	Style Style     // zero: the role that Name holds, else the next free colour

	// Smooth draws the values faded and over them their moving average, for a
	// noisy series such as a training loss.
	Smooth bool
}

// A Mark is a value on an axis with a label.
type Mark struct {
	At    float64
	Label string
}

// Chart says how [Curves] draws its axes and what it draws beside the series.
type Chart struct {
	Title, X, Y   string  // title and axis labels
	LogY          bool    // a logarithmic y axis
	Markers       []Mark  // vertical lines, e.g. where a curriculum goes on
	References    []Mark  // horizontal lines, e.g. a noise floor
	MinSpanY      float64 // the y axis covers at least this much, so that noise on a constant looks small
	Width, Height float64 // CSS pixels; 0: 780 x 380
}

// Curves draws one or several series over common axes. Labels of markers stand
// above the axes and those of references right of them, so that neither covers
// data.
func Curves(c Chart, series ...Series) (*Picture, error) {
	if len(series) == 0 {
		return nil, errors.New("plots: Curves has nothing to draw: give it at least one series")
	}
	p := newPlot(c.X, c.Y)
	f := &figure{width: side(c.Width, 780), height: side(c.Height, 380), title: c.Title, panels: []*plot.Plot{p}}
	xs, ys := noExtent(), noExtent()
	styles := seriesStyles(series)
	for _, m := range c.References {
		if drawable(m.At, c.LogY) {
			ys.add(m.At)
			p.Add(crossLine{at: m.At})
		}
	}
	for _, m := range c.Markers {
		if drawable(m.At, false) {
			xs.add(m.At)
			p.Add(crossLine{at: m.At, vertical: true})
		}
	}
	drawn := make([]lines, len(series))
	for i, s := range series {
		segs, err := segments(s.Name, s.X, s.Y, false, c.LogY)
		if err != nil {
			return nil, err
		}
		addAll(&xs, &ys, segs)
		drawn[i] = lines{segs, styles[i]}
		if s.Smooth {
			raw := styles[i]
			raw.Color, raw.Width, raw.Dashes = faded(raw.Color, 0.35), 0.9, nil
			p.Add(lines{segs, raw})
			drawn[i].segs = smooth(segs, c.LogY)
		}
	}
	for _, l := range drawn {
		p.Add(l)
	}
	for i, s := range series {
		if s.Name != "" && len(series) > 1 {
			f.legend = append(f.legend, entry{s.Name, drawn[i]})
		}
	}
	xs.apply(&p.X, false, 0)
	if mid := (ys.lo + ys.hi) / 2; !c.LogY && ys.hi-ys.lo < c.MinSpanY {
		ys = extent{mid - c.MinSpanY/2, mid + c.MinSpanY/2}
	}
	ys.apply(&p.Y, c.LogY, 0.05)
	labels := newMarginLabels(c, p)
	f.above, f.right = labels.above, labels.right
	return f.render(func(page draw.Canvas, data []draw.Canvas) { labels.draw(page, data[0], p) }), nil
}

func seriesStyles(series []Series) []Style {
	names := make([]string, len(series))
	for i, s := range series {
		names[i] = s.Name
	}
	styles := stylesFor(names)
	for i, s := range series {
		if !s.Style.isZero() {
			styles[i] = s.Style
		}
	}
	return styles
}

// crossLine is a thin line across the whole plot.
type crossLine struct {
	at       float64
	vertical bool
}

var crossStyle = draw.LineStyle{Color: softInk, Width: 0.9, Dashes: []vg.Length{2, 2.5}}

// Plot implements plot.Plotter.
func (l crossLine) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	if l.vertical {
		c.StrokeLine2(crossStyle, x(l.at), c.Min.Y, x(l.at), c.Max.Y)
	} else {
		c.StrokeLine2(crossStyle, c.Min.X, y(l.at), c.Max.X, y(l.at))
	}
}
