package plots

import (
	"errors"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Profile is one panel of [Profiles]: curves over one coordinate, such as the
// learned and the true V(q), and where along it the data lie.
type Profile struct {
	X, Y   string   // axis labels, e.g. "q" and "V(q)"
	Curves []Series // e.g. named "learned" and "true"
	Data   []float64
	Circle bool // X is an angle: ticks at multiples of pi/2, Data is wrapped
}

// Profiles draws panels side by side, with a grey histogram of each panel's
// data along its lower edge: where it is empty, a learned curve is
// extrapolation. Names that panels share stand in the legend once.
func Profiles(title string, panels ...Profile) (*Picture, error) {
	if len(panels) == 0 {
		return nil, errors.New("plots: Profiles has nothing to draw: give it at least one panel")
	}
	f := &figure{width: max(420, 390*float64(len(panels))), height: 340, title: title, gap: 26}
	listed := map[string]bool{}
	list := func(name string, thumb plot.Thumbnailer) {
		if name != "" && !listed[name] {
			listed[name] = true
			f.legend = append(f.legend, entry{name, thumb})
		}
	}
	var shade plot.Thumbnailer
	for _, pr := range panels {
		if len(pr.Curves) == 0 {
			return nil, errors.New("plots: a panel of Profiles has no curve: give it at least one")
		}
		p := newPlot(pr.X, pr.Y)
		p.X.Tick.Marker = linearTicks{want: 6}
		xs, ys := noExtent(), noExtent()
		var drawn []lines
		styles := seriesStyles(pr.Curves)
		for i, s := range pr.Curves {
			segs, err := segments(s.Name, s.X, s.Y, false, false)
			if err != nil {
				return nil, err
			}
			addAll(&xs, &ys, segs)
			drawn = append(drawn, lines{segs, styles[i]})
		}
		xs.apply(&p.X, false, 0)
		ys.apply(&p.Y, false, 0.06)
		if pr.Circle {
			p.X.Tick.Marker = angleTicks{}
		}
		if h := newHistogram(pr, p.X.Min, p.X.Max); h != nil {
			p.Add(h)
			shade = h
		}
		for i, l := range drawn {
			p.Add(l)
			list(pr.Curves[i].Name, l)
		}
		f.panels = append(f.panels, p)
	}
	if shade != nil {
		list("where the data lie", shade)
	}
	return f.render(nil), nil
}

// densities are bar heights of equal bins over the x axis, the largest 1.
type densities []float64

const bars = 48

// newHistogram counts the panel's data; nil where none is in range.
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

// Plot implements plot.Plotter; the tallest bar takes a third of the height.
func (d densities) Plot(c draw.Canvas, _ *plot.Plot) {
	w := (c.Max.X - c.Min.X) / bars
	for i, v := range d {
		x := c.Min.X + vg.Length(i)*w
		top := c.Min.Y + vg.Length(v)*(c.Max.Y-c.Min.Y)/3
		// Whole pixels, or seams would show between the bars.
		fillRect(c, snap(x), c.Min.Y, snap(x+w), top)
	}
}

// Thumbnail implements plot.Thumbnailer.
func (d densities) Thumbnail(c *draw.Canvas) {
	mid := c.Center().Y
	fillRect(*c, c.Min.X, mid-4, c.Max.X, mid+4)
}

func fillRect(c draw.Canvas, x0, y0, x1, y1 vg.Length) {
	c.FillPolygon(shadeGrey, []vg.Point{{X: x0, Y: y0}, {X: x1, Y: y0}, {X: x1, Y: y1}, {X: x0, Y: y1}})
}
