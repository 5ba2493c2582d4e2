package plots

import (
	"errors"
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg/draw"
)

// A Series is one named curve.
type Series struct {
	Name  string
	X, Y  []float64 // X nil: 0, 1, 2, ...
	Style Style     // zero: the role in Name, else the next free colour

	// Smooth draws the values faded and over them their moving average, for a noisy series such as a training loss.
	Smooth bool
}

// A Mark is a value on an axis with a label.
type Mark struct {
	At    float64
	Label string
}

// Chart says how [Curves] draws its axes, and which lines it draws beside the series.
type Chart struct {
	Title, X, Y   string  // title and axis labels
	LogX, LogY    bool    // logarithmic axes
	Markers       []Mark  // vertical lines, e.g. at the stages of a curriculum
	References    []Mark  // horizontal lines, e.g. a noise floor
	Typical       bool    // the y axis ignores a few far values out of many, and shows smoothed series without them; a caption counts them
	MinSpanY      float64 // the y axis covers at least this much, so that noise on a constant looks small
	Width, Height float64 // CSS pixels; 0: 780 x 380
}

// Curves draws one or several series over common axes. It writes the labels of
// markers above the axes and those of references right of them, where they
// cover no data.
func Curves(c Chart, series ...Series) (*Picture, error) {
	if len(series) == 0 {
		return nil, errors.New("plots: Curves has nothing to draw: give it at least one series")
	}
	f, err := c.figure(series)
	if err != nil {
		return nil, err
	}
	return f.render(), nil
}

// figure lays the chart out.
func (c Chart) figure(series []Series) (*figure, error) {
	p := newPlot(c.X, c.Y)
	f := &figure{width: side(c.Width, 780), height: side(c.Height, 380), title: c.Title, panels: []*plot.Plot{p}}
	for _, m := range c.References {
		if drawable(m.At, c.LogY) {
			p.Add(crossLine{at: m.At})
		}
	}
	for _, m := range c.Markers {
		if drawable(m.At, c.LogX) {
			p.Add(crossLine{at: m.At, vertical: true})
		}
	}
	whole, many := noExtent(), []float64(nil) // for the y axis: the range that it always covers, and values of which it may leave some out
	for _, m := range c.References {
		if drawable(m.At, c.LogY) {
			whole.add(m.At)
		}
	}
	var front []plot.Plotter // over the faded values of all series
	styles := seriesStyles(series)
	for i, s := range series {
		segs, err := segments(s.Name, s.X, s.Y, c.LogX, c.LogY)
		if err != nil {
			return nil, err
		}
		for _, seg := range segs {
			for _, pt := range seg {
				if s.Smooth || c.Typical {
					many = append(many, pt.Y)
				} else {
					whole.add(pt.Y)
				}
			}
		}
		if s.Smooth {
			p.Add(lines(segs, Style{Color: faded(styles[i].Color, 0.35), Width: 0.9})...)
			segs = smooth(segs, c.LogY)
		}
		front = append(front, lines(segs, styles[i])...)
		if len(series) > 1 {
			f.list(s.Name, sample(styles[i]))
		}
	}
	p.Add(front...)
	setRange(&p.X, c.LogX, 0)
	if typical := around(many, fenced); !c.LogY && typical.lo <= typical.hi {
		whole.add(typical.lo)
		whole.add(typical.hi)
		p.Y.Min, p.Y.Max = whole.lo, whole.hi
		beyond := 0
		for _, v := range many {
			if v < whole.lo || v > whole.hi {
				beyond++
			}
		}
		if beyond > 0 {
			f.caption = fmt.Sprintf("%d far values are not shown", beyond)
		}
	}
	if y := &p.Y; !c.LogY && y.Max-y.Min < c.MinSpanY {
		mid := (y.Min + y.Max) / 2
		y.Min, y.Max = mid-c.MinSpanY/2, mid+c.MinSpanY/2
	}
	setRange(&p.Y, c.LogY, 0.05)
	labels := newMarginLabels(c, p)
	f.above, f.right = labels.above, labels.right
	f.after = func(page, data draw.Canvas) { labels.draw(page, data, p) }
	return f, nil
}

// seriesStyles returns the style of each series: its own or the one for its name.
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
