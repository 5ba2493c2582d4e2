package plots

import (
	"errors"
	"fmt"
	"image/color"
	"math"
	"sort"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
)

// A Panel is a square piece of a plane, with what is drawn in it from bottom to top; a nil layer is left out. Points of the
// plane are rows of a row-major slice [n, 2], as samples are.
type Panel struct {
	Title string
	X, Y  string // axis labels; "": "q₁" and "q₂"

	Density     *Field    // shaded from white; all densities of a picture share one scale
	Energy      *Field    // filled contours with a colour bar
	EnergyLabel string    // of that bar; "": "V"
	EnergyTop   float64   // higher energies have the colour of this one; 0: all heights have their own
	Contours    *Field    // a density as lines around 25, 50, 75 and 95% of its mass
	Points      []float64 // [n, 2], small dots
	Steps       *Steps    // arrows
	Flow        *Flow     // lines through time

	Low, High [2]float64 // corners of the part shown; equal: all that is in the panel. The shorter side is widened.
}

// Steps are moves in the plane: point i goes from row i of From, [n, 2], to row i of To.
type Steps struct{ From, To []float64 }

// Flow is how points move in time: row i of At[t], [n, 2], is where point i is at Times[t].
type Flow struct {
	At    [][]float64
	Times []float64 // ascending; nil: 0, 1, 2, ...
	Label string    // of the bar that tells the times of colours; "": "time"

	since, until int // the times drawn, since <= t < until; until 0: all
}

// densityRamp colours densities: the page's white where there is nothing, through embers to near-black violet.
func densityRamp(n int) ramp {
	controls := append([]color.Color{paper, color.NRGBA{0xfd, 0xe3, 0xb8, 0xff}}, emberControls...)
	r := newRamp(n, controls...)
	r[0] = paper
	return r
}

// timeRamp colours times: sky blue at the start to near-black at the end.
func timeRamp(n int) ramp {
	return newRamp(n, color.NRGBA{0x9f, 0xd4, 0xf2, 0xff}, color.NRGBA{0x2f, 0x8f, 0xc4, 0xff}, color.NRGBA{0x1b, 0x4f, 0x8f, 0xff}, color.NRGBA{0x14, 0x14, 0x45, 0xff})
}

const (
	densityShades = 64
	timeShades    = 24
)

// draw makes the panel's plot and, where it has one, its colour bar. Top is the largest density of the picture.
func (p Panel) draw(top float64, wantBar bool) (*plot.Plot, *colorBar, error) {
	x, y := p.X, p.Y
	if x == "" {
		x = "q₁"
	}
	if y == "" {
		y = "q₂"
	}
	axes := newAxes(x, y)
	axes.X.Tick.Marker, axes.Y.Tick.Marker = linearTicks{want: 5}, linearTicks{want: 5}
	xs, ys := noExtent(), noExtent()
	var bar *colorBar
	if p.Density != nil {
		if err := p.cover(p.Density, &xs, &ys); err != nil {
			return nil, nil, err
		}
		whole := extent{0, top}
		layer := filled{field: p.Density, colors: densityRamp(densityShades)}
		for i := 1; i < densityShades; i++ {
			layer.levels = append(layer.levels, top*float64(i)/densityShades)
		}
		axes.Add(layer)
		if wantBar && top > 0 {
			bar = &colorBar{label: "density", colors: layer.colors, whole: whole}
		}
	}
	if p.Energy != nil {
		if err := p.cover(p.Energy, &xs, &ys); err != nil {
			return nil, nil, err
		}
		whole, err := p.Energy.check()
		if err != nil {
			return nil, nil, err
		}
		if p.EnergyTop != 0 && p.EnergyTop > whole.lo {
			whole.hi = math.Min(whole.hi, p.EnergyTop)
		}
		layer := filled{field: p.Energy, levels: whole.levels(11), line: color.NRGBA{0xff, 0xff, 0xff, 0x90}}
		layer.colors = landscapeRamp(len(layer.levels) + 1)
		label := p.EnergyLabel
		if label == "" {
			label = "V"
		}
		axes.Add(layer)
		bar = &colorBar{label: label, colors: layer.colors, at: layer.levels, whole: whole}
	}
	if p.Contours != nil {
		if err := p.cover(p.Contours, &xs, &ys); err != nil {
			return nil, nil, err
		}
		grey := color.NRGBA{0x9a, 0x9a, 0x9a, 0xd0}
		if p.Density != nil || p.Energy != nil {
			grey = color.NRGBA{0x30, 0x30, 0x30, 0xa0}
		}
		axes.Add(filled{field: p.Contours, levels: massLevels(p.Contours, 0.95, 0.75, 0.5, 0.25), line: grey})
	}
	if p.Points != nil {
		pts, err := planePoints(p.name()+", points", p.Points)
		if err != nil {
			return nil, nil, err
		}
		addAll(&xs, &ys, []plotter.XYs{pts})
		radius := 1.1
		if len(pts) <= 500 {
			radius = 2
		}
		axes.Add(dots{pts: pts, color: color.NRGBA{0x1b, 0x4f, 0x8f, 0xa0}, radius: radius})
	}
	if p.Steps != nil {
		layer, err := p.Steps.layer(p.name())
		if err != nil {
			return nil, nil, err
		}
		addAll(&xs, &ys, []plotter.XYs{layer.from, layer.to})
		axes.Add(layer)
	}
	if p.Flow != nil {
		layer, err := p.Flow.layer(p.name())
		if err != nil {
			return nil, nil, err
		}
		for _, pts := range layer.at {
			for _, v := range pts {
				if !math.IsNaN(v.X) {
					xs.add(v.X)
					ys.add(v.Y)
				}
			}
		}
		axes.Add(layer)
		if bar == nil && layer.whole.hi > layer.whole.lo {
			label := p.Flow.Label
			if label == "" {
				label = "time"
			}
			bar = &colorBar{label: label, colors: timeRamp(timeShades), whole: layer.whole}
		}
	}
	if xs.lo > xs.hi && p.Low == p.High {
		return nil, nil, fmt.Errorf("plots: %s has nothing to draw: give it a density, an energy, points, steps or a flow", p.name())
	}
	if p.Low != p.High {
		for i, v := range [4]float64{p.Low[0], p.Low[1], p.High[0], p.High[1]} {
			if !drawable(v, false) || p.Low[i%2] >= p.High[i%2] {
				return nil, nil, fmt.Errorf("plots: %s is to show %v to %v: give finite corners, the lower left first", p.name(), p.Low, p.High)
			}
		}
		xs, ys = extent{p.Low[0], p.High[0]}, extent{p.Low[1], p.High[1]}
	}
	pad := 0.0
	if p.Low == p.High && p.Density == nil && p.Energy == nil && p.Contours == nil {
		pad = 0.05
	}
	xs.apply(&axes.X, false, pad)
	ys.apply(&axes.Y, false, pad)
	square(axes)
	return axes, bar, nil
}

func (p Panel) name() string {
	if p.Title == "" {
		return "the panel"
	}
	return fmt.Sprintf("the panel %q", p.Title)
}

// cover adds a field's rectangle to the extents.
func (p Panel) cover(f *Field, xs, ys *extent) error {
	if _, err := f.check(); err != nil {
		return fmt.Errorf("%w (in %s)", err, p.name())
	}
	for _, v := range []float64{f.Q[0], f.Q[len(f.Q)-1]} {
		xs.add(v)
	}
	for _, v := range []float64{f.P[0], f.P[len(f.P)-1]} {
		ys.add(v)
	}
	return nil
}

// square widens the shorter axis, so that a unit is as long on both in a square.
func square(p *plot.Plot) {
	w, h := p.X.Max-p.X.Min, p.Y.Max-p.Y.Min
	if w < h {
		p.X.Min, p.X.Max = p.X.Min-(h-w)/2, p.X.Max+(h-w)/2
	} else {
		p.Y.Min, p.Y.Max = p.Y.Min-(w-h)/2, p.Y.Max+(w-h)/2
	}
}

// planePoints reads rows of two numbers; those that are not finite are left out.
func planePoints(name string, rows []float64) (plotter.XYs, error) {
	if len(rows)%2 != 0 {
		return nil, fmt.Errorf("plots: %s are %d numbers: give rows of two", name, len(rows))
	}
	pts := make(plotter.XYs, 0, len(rows)/2)
	for i := 0; i < len(rows); i += 2 {
		if drawable(rows[i], false) && drawable(rows[i+1], false) {
			pts = append(pts, plotter.XY{X: rows[i], Y: rows[i+1]})
		}
	}
	if len(pts) == 0 {
		return nil, fmt.Errorf("plots: %s have no point that is finite", name)
	}
	return pts, nil
}

// massLevels are the densities above which the given shares of a field's mass lie, rising for falling shares.
func massLevels(f *Field, shares ...float64) []float64 {
	var values []float64
	total := 0.0
	for _, row := range f.H {
		for _, v := range row {
			if drawable(v, false) && v > 0 {
				values = append(values, v)
				total += v
			}
		}
	}
	sort.Sort(sort.Reverse(sort.Float64Slice(values)))
	var levels []float64
	for _, share := range shares {
		sum := 0.0
		for i, v := range values {
			if sum += v; sum >= share*total {
				// Between this value and the next lower one: where the density is flat, along its edge.
				lower := 0.0
				if k := i + sort.Search(len(values)-i, func(k int) bool { return values[i+k] < v }); k < len(values) {
					lower = values[k]
				}
				if level := (v + lower) / 2; len(levels) == 0 || level > levels[len(levels)-1]*1.001 {
					levels = append(levels, level)
				}
				break
			}
		}
	}
	return levels
}

// GridPoints are the points of an n x n grid over the rectangle from low to high, its edges included, [n·n, 2]: where to
// evaluate a density or an energy for [FieldOfValues].
func GridPoints(low, high [2]float64, n int) []float64 {
	f := FieldOf(func(_, _ float64) float64 { return 0 }, low[0], high[0], low[1], high[1], n)
	out := make([]float64, 0, 2*n*n)
	for _, y := range f.P {
		for _, x := range f.Q {
			out = append(out, x, y)
		}
	}
	return out
}

// FieldOfValues is the field that has the values at the points of GridPoints, in their order.
func FieldOfValues(low, high [2]float64, values []float64) (*Field, error) {
	n := int(math.Round(math.Sqrt(float64(len(values)))))
	if n < 2 || n*n != len(values) {
		return nil, errors.New("plots: the values of a field must be those at the points of a square grid of at least 2 x 2, as GridPoints gives it")
	}
	i := -1
	return FieldOf(func(_, _ float64) float64 { i++; return values[i] }, low[0], high[0], low[1], high[1], n), nil
}
