package plots

import (
	"image/color"
	"math"
	"unicode/utf8"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// emberControls colour trajectories by energy: orange to near-black violet, all
// dark enough to be seen on white.
var emberControls = []color.Color{
	color.NRGBA{0xf6, 0xa3, 0x2a, 0xff}, color.NRGBA{0xd9, 0x4b, 0x3d, 0xff},
	color.NRGBA{0x9b, 0x2a, 0x63, 0xff}, color.NRGBA{0x3b, 0x10, 0x55, 0xff},
}

// landscapeRamp colours an energy landscape: pale sand in the valleys to a deep
// blue-green on the heights.
func landscapeRamp(n int) ramp {
	return newRamp(n, color.NRGBA{0xfb, 0xf6, 0xe3, 0xff}, color.NRGBA{0xc9, 0xe0, 0xc8, 0xff},
		color.NRGBA{0x7f, 0xb8, 0xb5, 0xff}, color.NRGBA{0x46, 0x7f, 0x96, 0xff}, color.NRGBA{0x2b, 0x46, 0x6b, 0xff})
}

// A colorBar tells the values of colours, right of a plot: in bands that meet at
// the values at, or without those in fine steps over the whole range.
type colorBar struct {
	label  string
	colors ramp
	at     []float64
	whole  extent
}

const (
	barGap   = 12
	barWidth = 13
)

// ticks returns the values to label: every band edge where there is room, else
// every second one, and so on.
func (b *colorBar) ticks() (values []float64, labels []string) {
	values = b.at
	if values == nil {
		values = b.whole.levels(5)
	}
	for len(values) > 8 {
		var fewer []float64
		for _, v := range values {
			// Keep round numbers: even multiples of the step.
			if k := math.Round(v / (values[1] - values[0])); math.Mod(k, 2) == 0 {
				fewer = append(fewer, v)
			}
		}
		values = fewer
	}
	if len(values) == 0 {
		values = []float64{(b.whole.lo + b.whole.hi) / 2}
	}
	step := math.Abs(values[0])
	if len(values) > 1 {
		step = values[1] - values[0]
	}
	for _, v := range values {
		if v == 0 {
			labels = append(labels, "0")
			continue
		}
		labels = append(labels, tickLabel(v, step/(1+1e-9), math.Max(math.Abs(b.whole.lo), math.Abs(b.whole.hi))))
	}
	return values, labels
}

// room is the width the bar and its labels need.
func (b *colorBar) room() float64 {
	sty := writing(tickSize, ink, false)
	widest := vg.Length(0)
	_, labels := b.ticks()
	for _, l := range labels {
		widest = max(widest, sty.Width(l))
	}
	return barGap + barWidth + 5 + float64(widest) + labelSize + 6
}

// drawBeside draws the bar right of the first data area; a nil bar draws
// nothing.
func (b *colorBar) drawBeside(page draw.Canvas, data []draw.Canvas) {
	if b == nil {
		return
	}
	d := data[0]
	x0 := snap(d.Max.X + barGap)
	bottom, height := d.Min.Y, d.Max.Y-d.Min.Y
	y := func(v float64) vg.Length {
		if b.whole.hi <= b.whole.lo {
			return bottom + height/2
		}
		return bottom + height*vg.Length((v-b.whole.lo)/(b.whole.hi-b.whole.lo))
	}
	for i, c := range b.colors {
		lo := bottom + height*vg.Length(i)/vg.Length(len(b.colors))
		if b.at != nil {
			lo = bottom
			if i > 0 {
				lo = y(b.at[i-1])
			}
		}
		// To the top, where the next bands cover it: edges that meet would show a seam on a page of few pixels.
		hi := d.Max.Y
		lo = snap(lo)
		page.FillPolygon(c, []vg.Point{{X: x0, Y: lo}, {X: x0 + barWidth, Y: lo}, {X: x0 + barWidth, Y: hi}, {X: x0, Y: hi}})
	}
	sty := writing(tickSize, ink, false)
	values, labels := b.ticks()
	widest := vg.Length(0)
	for i, v := range values {
		page.StrokeLine2(draw.LineStyle{Color: axisGrey, Width: 0.8}, x0+barWidth, y(v), x0+barWidth+3, y(v))
		writeMiddle(page, sty, vg.Point{X: x0 + barWidth + 6, Y: y(v)}, labels[i])
		widest = max(widest, sty.Width(labels[i]))
	}
	name := writing(labelSize, ink, false)
	name.XAlign = draw.XCenter
	if utf8.RuneCountInString(b.label) > 1 {
		name.Rotation = math.Pi / 2
	} else {
		widest -= labelSize / 2 // a letter that stands upright needs no room for its descent
	}
	page.FillText(name, vg.Point{X: x0 + barWidth + 6 + widest + labelSize + 2, Y: bottom + height/2}, b.label)
}
