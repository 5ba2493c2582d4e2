package plots

import (
	"errors"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
)

// A Profile is one panel of [Profiles]. It holds curves over one coordinate, such
// as the learned and the true V(q), and the data along that coordinate.
type Profile struct {
	X, Y   string   // axis labels, e.g. "q" and "V(q)"
	Curves []Series // e.g. named "learned" and "true"
	Data   []float64
	Circle bool // X is an angle: ticks at multiples of pi/2, Data is wrapped
}

// Profiles draws panels side by side, with a grey histogram of each panel's data along its lower edge. A learned
// curve is extrapolated wherever the histogram is empty. The legend lists names that panels share once.
func Profiles(title string, panels ...Profile) (*Picture, error) {
	if len(panels) == 0 {
		return nil, errors.New("plots: Profiles has nothing to draw: give it at least one panel")
	}
	f := &figure{width: max(420, 390*float64(len(panels))), height: 340, title: title, gap: 26}
	listed := map[string]bool{}
	list := func(name string, thumb plot.Thumbnailer) {
		if !listed[name] {
			listed[name] = true
			f.list(name, thumb)
		}
	}
	var shade plot.Thumbnailer
	for _, pr := range panels {
		if len(pr.Curves) == 0 {
			return nil, errors.New("plots: a panel of Profiles has no curve: give it at least one")
		}
		p := newPlot(pr.X, pr.Y)
		p.X.Tick.Marker = linearTicks{want: 6}
		data := &plotter.Polygon{Color: shadeGrey} // gets its shape when the axes are known
		p.Add(data)
		styles := seriesStyles(pr.Curves)
		var values []float64
		for i, s := range pr.Curves {
			segs, err := segments(s.Name, s.X, s.Y, false, false)
			if err != nil {
				return nil, err
			}
			p.Add(lines(segs, styles[i])...)
			for _, seg := range segs {
				for _, pt := range seg {
					values = append(values, pt.Y)
				}
			}
			list(s.Name, sample(styles[i]))
		}
		y := around(values, fenced)
		p.Y.Min, p.Y.Max = y.lo, y.hi
		setRange(&p.X, false, 0)
		setRange(&p.Y, false, 0.06)
		if pr.Circle {
			p.X.Tick.Marker = angleTicks
		}
		if h := newHistogram(pr, p.X.Min, p.X.Max); h != nil {
			data.XYs = []plotter.XYs{h.outline(p)}
			shade = data
		}
		f.panels = append(f.panels, p)
	}
	if shade != nil {
		list("where the data lie", shade)
	}
	return f.render(), nil
}

// densities holds the heights of equal bins over the x axis. The largest is 1.
type densities []float64

const bars = 48

// newHistogram counts the data of a panel. It returns nil if none is in range.
func newHistogram(pr Profile, lo, hi float64) densities {
	d := make(densities, bars)
	top := 0.0
	for _, v := range pr.Data {
		if !drawable(v, false) {
			continue
		}
		if pr.Circle {
			v = wrapAngle(v)
		}
		if v < lo || v > hi {
			continue
		}
		k := min(int((v-lo)/(hi-lo)*bars), bars-1)
		d[k]++
		top = math.Max(top, d[k])
	}
	if top == 0 {
		return nil
	}
	for i := range d {
		d[i] /= top
	}
	return d
}

// outline returns the outline of the bars along the lower edge of a plot. The
// tallest bar takes a third of the height.
func (d densities) outline(p *plot.Plot) plotter.XYs {
	out := plotter.XYs{{X: p.X.Min, Y: p.Y.Min}}
	for i, v := range d {
		y := p.Y.Min + v*(p.Y.Max-p.Y.Min)/3
		for _, edge := range []int{i, i + 1} {
			out = append(out, plotter.XY{X: p.X.Min + float64(edge)*(p.X.Max-p.X.Min)/bars, Y: y})
		}
	}
	return append(out, plotter.XY{X: p.X.Max, Y: p.Y.Min})
}
