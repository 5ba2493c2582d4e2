package plots

import (
	"cmp"
	"errors"
	"fmt"
	"image/color"
	"math"
	"sort"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// A Panel is a square piece of a plane with layers, listed from bottom to top. Nil layers are omitted. Points of the
// plane are rows of a row-major slice [n, 2], as in samples.
type Panel struct {
	Title string
	X, Y  string // axis labels; "": "q₁" and "q₂"

	Density     *Field    // shaded from white; all densities of a picture share one scale
	Energy      *Field    // filled contours with a colour bar
	EnergyLabel string    // of that bar; "": "V"
	EnergyTop   float64   // higher energies get the colour of this one; 0: each height has its own
	Contours    *Field    // a density as lines around 25, 50, 75 and 95% of its mass
	Points      []float64 // [n, 2], small dots
	Steps       *Steps    // arrows
	Flow        *Flow     // lines through time

	Low, High [2]float64 // corners of the visible part; equal: everything in the panel. The shorter side is widened.
}

// Steps are moves in the plane: point i goes from row i of From, [n, 2], to row i of To.
type Steps struct{ From, To []float64 }

// Flow describes how points move in time: at Times[t], point i is at row i of At[t], [n, 2].
type Flow struct {
	At    [][]float64
	Times []float64 // ascending; nil: 0, 1, 2, ...
	Label string    // of the colour bar of times; "": "time"

	since, until int // the times drawn, since <= t < until; until 0: all
}

// densityRamp colours densities, from the page's white at zero, through embers, to near-black violet.
func densityRamp(n int) ramp {
	controls := append([]color.Color{paper, color.NRGBA{0xfd, 0xe3, 0xb8, 0xff}}, emberControls...)
	r := newRamp(n, controls...)
	r[0] = paper
	return r
}

// skyDot is the colour of the earliest time, and of the starting points of arrows.
var skyDot = color.NRGBA{0x9f, 0xd4, 0xf2, 0xff}

// timeRamp colours times, from sky blue at the start to near-black at the end.
func timeRamp(n int) ramp {
	return newRamp(n, skyDot, color.NRGBA{0x2f, 0x8f, 0xc4, 0xff}, color.NRGBA{0x1b, 0x4f, 0x8f, 0xff}, color.NRGBA{0x14, 0x14, 0x45, 0xff})
}

const (
	densityShades = 64
	timeShades    = 24
)

// draw makes the panel's plot and, if it has one, its colour bar. Top is the largest density of the picture, and
// wantBar says whether this panel shows the bar of the densities' common scale.
func (p Panel) draw(top float64, wantBar bool) (*plot.Plot, *colorBar, error) {
	axes := newAxes(cmp.Or(p.X, "q₁"), cmp.Or(p.Y, "q₂"))
	axes.X.Tick.Marker, axes.Y.Tick.Marker = linearTicks{want: 5}, linearTicks{want: 5}
	for _, f := range []*Field{p.Density, p.Energy, p.Contours} {
		if f == nil {
			continue
		}
		if _, err := f.check(); err != nil {
			return nil, nil, fmt.Errorf("%w (in %s)", err, p.name())
		}
	}
	var bar *colorBar
	if p.Density != nil {
		layer := filled{field: p.Density, levels: steps(0, top, densityShades), colors: densityRamp(densityShades)}
		axes.Add(layer)
		if wantBar && top > 0 {
			bar = &colorBar{label: "density", colors: layer.colors, whole: extent{0, top}}
		}
	}
	if p.Energy != nil {
		all, _ := p.Energy.check()
		layer, whole := p.Energy.bands(all, p.EnergyTop)
		axes.Add(layer)
		bar = &colorBar{label: cmp.Or(p.EnergyLabel, "V"), colors: layer.colors, levels: layer.levels, whole: whole}
	}
	if p.Contours != nil {
		grey := color.NRGBA{0x9a, 0x9a, 0x9a, 0xd0}
		if p.Density != nil || p.Energy != nil {
			grey = color.NRGBA{0x30, 0x30, 0x30, 0xa0}
		}
		axes.Add(filled{field: p.Contours, levels: massLevels(p.Contours, 0.95, 0.75, 0.5, 0.25), line: grey})
	}
	if p.Points != nil {
		if len(p.Points)%2 != 0 {
			return nil, nil, fmt.Errorf("plots: the points of %s are %d numbers: give rows of two", p.name(), len(p.Points))
		}
		pts := finite(p.Points)
		if len(pts) == 0 {
			return nil, nil, fmt.Errorf("plots: no point of %s is finite", p.name())
		}
		radius := vg.Length(1.1)
		if len(pts) <= 500 {
			radius = 2
		}
		axes.Add(dots(pts, color.NRGBA{0x1b, 0x4f, 0x8f, 0xa0}, radius))
	}
	if p.Steps != nil {
		layer, err := p.Steps.layer(p.name())
		if err != nil {
			return nil, nil, err
		}
		axes.Add(layer)
	}
	if p.Flow != nil {
		layer, whole, err := p.Flow.layer(p.name())
		if err != nil {
			return nil, nil, err
		}
		axes.Add(layer...)
		if bar == nil && whole.hi > whole.lo {
			bar = &colorBar{label: cmp.Or(p.Flow.Label, "time"), colors: timeRamp(timeShades), whole: whole}
		}
	}
	if axes.X.Min > axes.X.Max && p.Low == p.High {
		return nil, nil, fmt.Errorf("plots: %s has nothing to draw: give it a density, an energy, points, steps or a flow", p.name())
	}
	pad := 0.0
	switch {
	case p.Low != p.High:
		for i, v := range [4]float64{p.Low[0], p.Low[1], p.High[0], p.High[1]} {
			if !drawable(v, false) || p.Low[i%2] >= p.High[i%2] {
				return nil, nil, fmt.Errorf("plots: %s is to show %v to %v: give finite corners, the lower left first", p.name(), p.Low, p.High)
			}
		}
		axes.X.Min, axes.Y.Min, axes.X.Max, axes.Y.Max = p.Low[0], p.Low[1], p.High[0], p.High[1]
	case p.Density == nil && p.Energy == nil && p.Contours == nil:
		pad = 0.05
		if p.Steps == nil && p.Flow == nil {
			fence(axes, finite(p.Points))
		}
	}
	setRange(&axes.X, false, pad)
	setRange(&axes.Y, false, pad)
	square(axes)
	return axes, bar, nil
}

// fence widens axes until they hold the points, except a few far ones out of many.
func fence(axes *plot.Plot, pts plotter.XYs) {
	var x, y []float64
	for _, pt := range pts {
		x, y = append(x, pt.X), append(y, pt.Y)
	}
	for axis, values := range map[*plot.Axis][]float64{&axes.X: x, &axes.Y: y} {
		if e := around(values, fenced); e.lo <= e.hi {
			axis.Min, axis.Max = e.lo, e.hi
		}
	}
}

func (p Panel) name() string {
	if p.Title == "" {
		return "the panel"
	}
	return fmt.Sprintf("the panel %q", p.Title)
}

// square widens the shorter axis, so that in a square a unit has the same length on both axes.
func square(p *plot.Plot) {
	w, h := p.X.Max-p.X.Min, p.Y.Max-p.Y.Min
	if w < h {
		p.X.Min, p.X.Max = p.X.Min-(h-w)/2, p.X.Max+(h-w)/2
	} else {
		p.Y.Min, p.Y.Max = p.Y.Min-(w-h)/2, p.Y.Max+(w-h)/2
	}
}

// massLevels returns the densities above which the given shares of a field's mass lie. The shares must fall; the levels rise.
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
				// The level lies between this value and the next lower one: if the density is flat, along its edge.
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

// summit returns the largest density of a field, ignoring single places (at most the four highest) that are more than
// ten times as high as all others: a learned density may have a pole, beside which nothing else would have a colour.
func (f *Field) summit() float64 {
	const poles, higher = 4, 10
	var top [poles + 1]float64 // the largest values, in falling order
	for _, row := range f.H {
		for _, v := range row {
			for k := range top {
				if drawable(v, false) && v > top[k] {
					v, top[k] = top[k], v
				}
			}
		}
	}
	for k := poles; k > 0 && len(f.H)*len(f.H[0]) >= fenced; k-- {
		if top[k] > 0 && top[k-1] > higher*top[k] {
			return top[k]
		}
	}
	return top[0]
}

// GridPoints returns the points, [n·n, 2], of an n x n grid over the rectangle from low to high, its edges included.
// [FieldOfValues] makes a field from a density or an energy at these points.
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

// FieldOfValues returns the field that has the given values at the points of GridPoints, in their order.
func FieldOfValues(low, high [2]float64, values []float64) (*Field, error) {
	n := int(math.Round(math.Sqrt(float64(len(values)))))
	if n < 2 || n*n != len(values) {
		return nil, errors.New("plots: the values of a field must be those at the points of a square grid of at least 2 x 2, as GridPoints gives it")
	}
	i := -1
	return FieldOf(func(_, _ float64) float64 { i++; return values[i] }, low[0], high[0], low[1], high[1], n), nil
}
