package plots

import (
	"errors"
	"fmt"
	"math"
	"sort"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
)

// Cloud says how [Scatter] looks.
type Cloud struct {
	Title, X, Y   string
	Diagonal      bool    // the line y = x, where both axes have the same units
	Width, Height float64 // CSS pixels; 0: 520 x 440
}

// Scatter draws points, such as the learned against the true energy, and gives
// the rank correlation: beside the title for one group, in the legend for
// several. Rank correlation does not change under any rising map of the
// learned energy, whose scale is free.
func Scatter(c Cloud, groups ...Series) (*Picture, error) {
	if len(groups) == 0 {
		return nil, errors.New("plots: Scatter has nothing to draw: give it at least one group of points")
	}
	p := newPlot(c.X, c.Y)
	p.X.Tick.Marker = linearTicks{want: 6}
	f := &figure{width: side(c.Width, 520), height: side(c.Height, 440), title: c.Title, panels: []*plot.Plot{p}}
	xs, ys := noExtent(), noExtent()
	var clouds []dots
	for i, style := range seriesStyles(groups) {
		g := groups[i]
		segs, err := segments(g.Name, g.X, g.Y, false, false)
		if err != nil {
			return nil, err
		}
		addAll(&xs, &ys, segs)
		var pts plotter.XYs
		for _, s := range segs {
			pts = append(pts, s...)
		}
		style.Color.A = 0xb0 // where points crowd, it darkens
		d := dots{pts: pts, color: style.Color, radius: 2.3}
		clouds = append(clouds, d)
		caption := correlationText(pts)
		if len(groups) == 1 {
			f.caption = caption
		} else {
			f.legend = append(f.legend, entry{g.Name + ", " + caption, d})
		}
	}
	if c.Diagonal {
		both := extent{math.Max(xs.lo, ys.lo), math.Min(xs.hi, ys.hi)}
		style, _ := StyleOf("true")
		p.Add(lines{[]plotter.XYs{{{X: both.lo, Y: both.lo}, {X: both.hi, Y: both.hi}}}, style})
	}
	for _, d := range clouds {
		p.Add(d)
	}
	xs.apply(&p.X, false, 0.04)
	ys.apply(&p.Y, false, 0.04)
	return f.render(nil), nil
}

func correlationText(pts plotter.XYs) string {
	r, ok := rankCorrelation(pts)
	switch {
	case !ok:
		return "rank correlation undefined: all values are equal"
	case math.Abs(r) < 1 && math.Abs(r) >= 0.99995:
		return fmt.Sprintf("rank correlation %s, n = %d", map[bool]string{true: "> 0.9999", false: "< −0.9999"}[r > 0], len(pts))
	}
	return fmt.Sprintf("rank correlation %s, n = %d", withMinus(fmt.Sprintf("%.4f", r)), len(pts))
}

// rankCorrelation is Spearman's coefficient: Pearson's correlation of the
// ranks, equal values sharing their mean rank. It is not defined, and ok is
// false, where all x or all y are equal or there are fewer than two points.
func rankCorrelation(pts plotter.XYs) (r float64, ok bool) {
	n := len(pts)
	x := ranks(n, func(i int) float64 { return pts[i].X })
	y := ranks(n, func(i int) float64 { return pts[i].Y })
	mean := float64(n-1) / 2
	var sxx, syy, sxy float64
	for i := range x {
		dx, dy := x[i]-mean, y[i]-mean
		sxx += dx * dx
		syy += dy * dy
		sxy += dx * dy
	}
	if sxx == 0 || syy == 0 {
		return 0, false
	}
	return sxy / math.Sqrt(sxx*syy), true
}

// ranks counts from 0.
func ranks(n int, value func(int) float64) []float64 {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	sort.Slice(order, func(a, b int) bool { return value(order[a]) < value(order[b]) })
	out := make([]float64, n)
	for i := 0; i < n; {
		j := i
		for j < n && value(order[j]) == value(order[i]) {
			j++
		}
		for k := i; k < j; k++ {
			out[order[k]] = float64(i+j-1) / 2
		}
		i = j
	}
	return out
}
