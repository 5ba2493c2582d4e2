package plots

import (
	"image/color"
	"math"
	"unicode/utf8"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// emberControls colour trajectories by energy, from orange to near-black violet.
// All of them are dark enough to be seen on white.
var emberControls = []color.Color{
	color.NRGBA{0xf6, 0xa3, 0x2a, 0xff}, color.NRGBA{0xd9, 0x4b, 0x3d, 0xff},
	color.NRGBA{0x9b, 0x2a, 0x63, 0xff}, color.NRGBA{0x3b, 0x10, 0x55, 0xff},
}

// landscapeRamp colours an energy landscape, from pale sand in the valleys to a
// deep blue-green on the heights.
func landscapeRamp(n int) ramp {
	return newRamp(n, color.NRGBA{0xfb, 0xf6, 0xe3, 0xff}, color.NRGBA{0xc9, 0xe0, 0xc8, 0xff},
		color.NRGBA{0x7f, 0xb8, 0xb5, 0xff}, color.NRGBA{0x46, 0x7f, 0x96, 0xff}, color.NRGBA{0x2b, 0x46, 0x6b, 0xff})
}

// A colorBar shows the values of colours, right of a plot. It shows bands that meet at the given levels, or without
// levels fine steps over the whole range. Gonum's ColorBar has bands of equal height only, and its plots have no axis
// at the right.
type colorBar struct {
	label  string
	colors ramp
	levels []float64
	whole  extent
}

const (
	barGap   = 12
	barWidth = 13
)

// ticks labels every level if there is room, else every second one, and so on.
func (b *colorBar) ticks() []plot.Tick {
	lo, hi := b.whole.lo, b.whole.hi
	if b.whole.flat() {
		return []plot.Tick{{Value: lo, Label: tickLabel(lo, math.Abs(lo), math.Abs(lo))}}
	}
	step := niceStep((hi - lo) / 5)
	if b.levels != nil {
		for step = niceStep((hi - lo) / fieldBands); (hi-lo)/step > 8; {
			step *= 2
		}
	}
	return multiples(lo, hi, step)
}

// room returns the width that the bar and its labels need.
func (b *colorBar) room() float64 {
	return barGap + barWidth + 5 + float64(widest(b.ticks())) + labelSize + 6
}

// widest returns the width of the longest label.
func widest(ticks []plot.Tick) (w vg.Length) {
	for _, t := range ticks {
		w = max(w, writing(tickSize, ink, false).Width(t.Label))
	}
	return w
}

// drawBeside draws the bar right of a data area. A nil bar draws nothing.
func (b *colorBar) drawBeside(page, data draw.Canvas) {
	if b == nil {
		return
	}
	p := newAxes("", "")
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, 1, b.whole.lo, b.whole.hi
	setRange(&p.Y, false, 0)
	lo, hi := p.Y.Min, p.Y.Max
	layer := filled{field: &Field{Q: []float64{0, 1}, P: []float64{lo, hi}, H: [][]float64{{lo, lo}, {hi, hi}}}, levels: b.levels, colors: b.colors}
	if b.levels == nil {
		layer.levels = steps(lo, hi, len(b.colors))
	}
	left := snap(data.Max.X + barGap)
	right := left + barWidth
	bar := draw.Canvas{Canvas: page.Canvas, Rectangle: vg.Rectangle{Min: vg.Point{X: left, Y: data.Min.Y}, Max: vg.Point{X: right, Y: data.Max.Y}}}
	layer.Plot(bar, p)
	_, y := p.Transforms(&bar)
	ticks := b.ticks()
	for _, t := range ticks {
		page.StrokeLine2(p.Y.Tick.LineStyle, right, y(t.Value), right+3, y(t.Value))
		writeMiddle(page, writing(tickSize, ink, false), vg.Point{X: right + 6, Y: y(t.Value)}, t.Label)
	}
	name, end := writing(labelSize, ink, false), right+6+widest(ticks)
	name.XAlign = draw.XCenter
	if utf8.RuneCountInString(b.label) > 1 {
		name.Rotation = math.Pi / 2
	} else {
		end -= labelSize / 2 // an upright letter needs no room for its descent
	}
	page.FillText(name, vg.Point{X: end + labelSize + 2, Y: bar.Center().Y}, b.label)
}
