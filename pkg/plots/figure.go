package plots

import (
	"image"
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/recorder"
	"gonum.org/v1/plot/vg/vgimg"
)

// A figure is a page being laid out: a title, a legend under it where it can
// cover no data, then panels side by side with aligned axes.
type figure struct {
	width, height float64 // CSS pixels
	title         string
	caption       string // beside the title, in small grey letters
	legend        []entry
	panels        []*plot.Plot
	above, right  float64 // room kept around the panels' data area for labels
	gap           float64 // between panels
}

// An entry is a line of the legend.
type entry struct {
	name  string
	thumb plot.Thumbnailer
}

const (
	thumbWidth  = 30
	thumbGap    = 6
	entryGap    = 18
	entryHeight = 19
)

// newPage returns a white page of width x height CSS pixels and the image it is
// drawn on, which has scale pixels for each.
func newPage(width, height float64, scale int) (*image.RGBA, draw.Canvas) {
	// 72 vg points make an inch, and a point is to be one CSS pixel.
	c := vgimg.NewWith(vgimg.UseWH(vg.Length(width), vg.Length(height)), vgimg.UseDPI(72*scale), vgimg.UseBackgroundColor(color.White))
	img, ok := c.Image().(*image.RGBA)
	if !ok { // would be a change in gonum
		panic("plots: gonum's image canvas no longer draws on an image.RGBA")
	}
	return img, draw.New(c)
}

// legendRows breaks the legend into rows that fit the width.
func (f *figure) legendRows(width vg.Length) [][]entry {
	sty := writing(tickSize, ink, false)
	var rows [][]entry
	used := vg.Length(0)
	for _, e := range f.legend {
		w := thumbWidth + thumbGap + sty.Width(e.name)
		if len(rows) == 0 || used+w > width {
			rows = append(rows, nil)
			used = 0
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], e)
		used += w + entryGap
	}
	return rows
}

// render draws the figure on a page of its own. After, which may be nil, draws
// on top of it and gets the data area of each panel.
func (f *figure) render(after func(page draw.Canvas, data []draw.Canvas)) *Picture {
	img, page := newPage(f.width, f.height, Scale)
	f.drawOn(page, after)
	return &Picture{still: img}
}

// A layout is where the parts of a figure lie on the page.
type layout struct {
	inner  draw.Canvas   // within the margins
	areas  []draw.Canvas // of the panels, with their axes
	rows   [][]entry     // of the legend
	room   vg.Length     // width for the title and the legend
	beside bool          // the caption stands beside the title, not under it
}

func (f *figure) arrange(page draw.Canvas) layout {
	l := layout{inner: draw.Crop(page, margin, -margin-vg.Length(f.right), margin-2, -margin)}
	l.room = l.inner.Max.X - l.inner.Min.X - 60 // about what is right of the vertical axis
	l.rows = f.legendRows(l.room)
	head := vg.Length(len(l.rows))*entryHeight + vg.Length(f.above)
	l.beside = writing(titleSize, ink, true).Width(f.title)+14+writing(tickSize, softInk, false).Width(f.caption) <= l.room
	if f.title != "" {
		head += titleSize + 6
		if !l.beside {
			head += tickSize + 5
		}
	}
	if head > 0 {
		head += 5
	}
	body := draw.Crop(l.inner, 0, 0, 0, -head)
	tiles := draw.Tiles{Rows: 1, Cols: len(f.panels), PadX: vg.Length(f.gap)}
	l.areas = plot.Align([][]*plot.Plot{f.panels}, tiles, body)[0]
	return l
}

// fitWidth makes the page as wide as gives a unit of the only panel's x axis the length of one of its y axis.
func (f *figure) fitWidth() {
	p := f.panels[0]
	for range 2 { // the legend may break differently on another width
		l := f.arrange(draw.NewCanvas(new(recorder.Canvas), vg.Length(f.width), vg.Length(f.height)))
		size := p.DataCanvas(l.areas[0]).Size()
		want := float64(size.Y) * (p.X.Max - p.X.Min) / (p.Y.Max - p.Y.Min)
		f.width = side(f.width+want-float64(size.X), f.width)
	}
}

// drawOn fills the page, or the part of one, with the figure.
func (f *figure) drawOn(page draw.Canvas, after func(page draw.Canvas, data []draw.Canvas)) {
	l := f.arrange(page)
	inner, room, beside := l.inner, l.room, l.beside
	title, small := writing(titleSize, ink, true), writing(tickSize, softInk, false)
	data := make([]draw.Canvas, len(l.areas))
	for i, p := range f.panels {
		p.Draw(l.areas[i])
		data[i] = p.DataCanvas(l.areas[i])
	}

	left, top := data[0].Min.X, inner.Max.Y
	if f.title != "" {
		title = fit(title, f.title, room)
		base := top - titleSize + 3
		writeAt(page, title, vg.Point{X: left, Y: base}, f.title)
		top -= titleSize + 6
		switch {
		case beside:
			writeAt(page, small, vg.Point{X: left + title.Width(f.title) + 14, Y: base}, f.caption)
		default:
			writeAt(page, fit(small, f.caption, room), vg.Point{X: left, Y: base - tickSize - 5}, f.caption)
			top -= tickSize + 5
		}
	}
	sty := writing(tickSize, ink, false)
	for _, row := range l.rows {
		x, mid := left, top-entryHeight/2
		for _, e := range row {
			box := draw.Canvas{Canvas: page.Canvas, Rectangle: vg.Rectangle{Min: vg.Point{X: x, Y: mid - 7}, Max: vg.Point{X: x + thumbWidth, Y: mid + 7}}}
			e.thumb.Thumbnail(&box)
			writeMiddle(page, sty, vg.Point{X: x + thumbWidth + thumbGap, Y: mid}, e.name)
			x += thumbWidth + thumbGap + sty.Width(e.name) + entryGap
		}
		top -= entryHeight
	}
	if after != nil {
		after(page, data)
	}
}

// fit makes letters smaller, down to half, where the text would be wider than
// the room.
func fit(sty textStyle, s string, room vg.Length) textStyle {
	if w := sty.Width(s); w > room && w > 0 {
		sty.Font.Size *= max(room/w, 0.5)
	}
	return sty
}

// writeAt writes one line of text with its baseline at pt.Y.
func writeAt(c draw.Canvas, sty textStyle, pt vg.Point, s string) {
	// FillText puts the baseline of bottom-aligned text at pt.Y - ascent + size.
	sty.YAlign = draw.YBottom
	c.FillText(sty, vg.Point{X: pt.X, Y: pt.Y + sty.FontExtents().Ascent - sty.Font.Size}, s)
}

// writeMiddle writes one line of text whose small letters are centred on pt.Y.
// gonum's own centring takes the ascent and descent, which sets text too high
// beside a line.
func writeMiddle(c draw.Canvas, sty textStyle, pt vg.Point, s string) {
	writeAt(c, sty, vg.Point{X: pt.X, Y: pt.Y - 0.34*sty.Font.Size}, s)
}

// side returns a width or height that was asked for, within what can be laid
// out and held in memory.
func side(asked, otherwise float64) float64 {
	if !(asked > 0) {
		return otherwise
	}
	return min(max(asked, 200), 4000)
}
