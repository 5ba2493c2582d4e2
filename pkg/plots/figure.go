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

// A figure is a page being laid out: a title, a legend under it where it covers no data, then panels side by side
// with aligned axes.
type figure struct {
	width, height float64 // CSS pixels
	title         string
	caption       string // beside the title, in small grey letters
	legend        []plot.Legend
	panels        []*plot.Plot
	above, right  float64 // room kept around the panels' data area for labels
	gap           float64 // between panels

	after func(page, data draw.Canvas) // draws labels beside the data area of the first panel; nil: nothing
}

const (
	entryGap    = 18
	entryHeight = 19
)

// list adds an entry to the legend, unless the name is empty. Each entry is a
// legend of its own: gonum stacks the entries of one legend on top of the data,
// and a figure sets them side by side above the data.
func (f *figure) list(name string, sample plot.Thumbnailer) {
	if name == "" {
		return
	}
	l := plot.NewLegend()
	l.Left, l.Top, l.ThumbnailWidth, l.TextStyle = true, true, 30, writing(tickSize, ink, false)
	l.Add(" "+name, sample) // the space widens the gap between the two
	f.legend = append(f.legend, l)
}

// newPage returns a white page of width x height CSS pixels and the image that
// it is drawn on, which has scale pixels for each.
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
func (f *figure) legendRows(width vg.Length) [][]plot.Legend {
	var rows [][]plot.Legend
	used := vg.Length(0)
	for _, l := range f.legend {
		w := l.Rectangle(draw.Canvas{}).Size().X
		if len(rows) == 0 || used+w > width {
			rows = append(rows, nil)
			used = 0
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], l)
		used += w + entryGap
	}
	return rows
}

// render draws the figure on a page of its own.
func (f *figure) render() *Picture {
	img, page := newPage(f.width, f.height, Scale)
	f.drawOn(page)
	return &Picture{still: img}
}

// A layout says where the parts of a figure lie on the page.
type layout struct {
	inner  draw.Canvas     // within the margins
	areas  []draw.Canvas   // of the panels, with their axes
	rows   [][]plot.Legend // of the legend
	room   vg.Length       // width for the title and the legend
	beside bool            // the caption stands beside the title, not under it
}

func (f *figure) arrange(page draw.Canvas) layout {
	l := layout{inner: draw.Crop(page, margin, -margin-vg.Length(f.right), margin-2, -margin)}
	l.room = l.inner.Max.X - l.inner.Min.X - 60 // about the space right of the vertical axis
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

// fitWidth makes the page so wide that a unit is as long on the x axis of the
// only panel as on its y axis.
func (f *figure) fitWidth() {
	p := f.panels[0]
	for range 2 { // the legend may break differently at another width
		l := f.arrange(draw.NewCanvas(new(recorder.Canvas), vg.Length(f.width), vg.Length(f.height)))
		size := p.DataCanvas(l.areas[0]).Size()
		want := float64(size.Y) * (p.X.Max - p.X.Min) / (p.Y.Max - p.Y.Min)
		f.width = side(f.width+want-float64(size.X), f.width)
	}
}

// drawOn fills the page, or the part of one, with the figure.
func (f *figure) drawOn(page draw.Canvas) {
	l := f.arrange(page)
	for i, p := range f.panels {
		p.Draw(l.areas[i])
	}
	data := f.panels[0].DataCanvas(l.areas[0])
	left, top := data.Min.X, l.inner.Max.Y
	if f.title != "" {
		small, base := writing(tickSize, softInk, false), top-titleSize+3
		title := fit(writing(titleSize, ink, true), f.title, l.room)
		writeAt(page, title, vg.Point{X: left, Y: base}, f.title)
		top -= titleSize + 6
		if l.beside {
			writeAt(page, small, vg.Point{X: left + title.Width(f.title) + 14, Y: base}, f.caption)
		} else {
			writeAt(page, fit(small, f.caption, l.room), vg.Point{X: left, Y: base - tickSize - 5}, f.caption)
			top -= tickSize + 5
		}
	}
	for _, row := range l.rows {
		at := draw.Canvas{Canvas: page.Canvas, Rectangle: vg.Rectangle{Min: vg.Point{X: left}, Max: vg.Point{X: page.Max.X, Y: top}}}
		for _, entry := range row {
			entry.Draw(at)
			at.Min.X += entry.Rectangle(at).Size().X + entryGap
		}
		top -= entryHeight
	}
	if f.after != nil {
		f.after(page, data)
	}
}

// fit makes letters smaller, down to half, if the text is wider than the room.
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

// side returns the requested width or height, or the default otherwise, limited to a size that can be laid out and
// held in memory.
func side(asked, otherwise float64) float64 {
	if !(asked > 0) {
		return otherwise
	}
	return min(max(asked, 200), 4000)
}
