package plots

import (
	"errors"
	"image"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Panels draws planes in rows of the given number of columns; 0 means one row. Each plane is a square of the same
// size, in which a unit has the same length in both directions. With more than three columns the squares are smaller.
func Panels(title string, columns int, panels ...Panel) (*Picture, error) {
	b, err := newBoard(title, columns, panels)
	if err != nil {
		return nil, err
	}
	img := b.page(Scale)
	kept := append(append(densityRamp(densityShades), timeRamp(timeShades)...), landscapeRamp(12)...)
	return &Picture{still: img, kept: kept}, nil
}

const (
	panelSide  = 236 // of the data area, in CSS pixels, in up to three columns
	leastSide  = 150 // for any number of columns
	panelTitle = 22  // height of a panel's title
	panelGap   = 14
)

// A board lays out a picture of panels.
type board struct {
	title         string
	columns       int
	side          float64 // of the data area
	panels        []Panel
	plots         []*plot.Plot
	bars          []*colorBar
	left, below   float64   // of the data area, for axes
	right         []float64 // of the data area in each column, for colour bars and protruding labels
	width, height float64
}

// newBoard lays panels out.
func newBoard(title string, columns int, panels []Panel) (*board, error) {
	if len(panels) == 0 {
		return nil, errors.New("plots: Panels has nothing to draw: give it at least one panel")
	}
	if columns <= 0 || columns > len(panels) {
		columns = len(panels)
	}
	side := math.Max(leastSide, panelSide*3/math.Max(3, float64(columns)))
	b := &board{title: title, columns: columns, side: math.Round(side), panels: panels, right: make([]float64, columns)}
	top, last := 0.0, -1 // the largest density, and the panel that gets the bar of the common scale
	for i, p := range panels {
		if p.Density != nil {
			if _, err := p.Density.check(); err != nil {
				return nil, err
			}
			top, last = math.Max(top, p.Density.summit()), i
		}
	}
	for i, p := range panels {
		axes, bar, err := p.draw(top, i == last)
		if err != nil {
			return nil, err
		}
		b.plots, b.bars = append(b.plots, axes), append(b.bars, bar)
		left, below, right, _ := rooms(axes, b.side)
		b.left, b.below = math.Max(b.left, left), math.Max(b.below, below)
		if bar != nil {
			right = bar.room()
		}
		b.right[i%columns] = math.Max(b.right[i%columns], right)
	}
	b.width, b.height = 2*margin, 2*margin
	for _, right := range b.right {
		b.width += b.left + b.side + right + panelGap
	}
	b.width -= panelGap
	rows := (len(panels) + columns - 1) / columns
	b.height += float64(rows)*b.rowHeight() - panelGap
	if title != "" {
		b.height += titleSize + 10
	}
	return b, checkArea(int(b.width)*Scale, int(b.height)*Scale)
}

// rowHeight returns the height of a row with its titles and the gap under it.
func (b *board) rowHeight() float64 {
	h := b.side + b.below + panelGap
	for _, p := range b.panels {
		if p.Title != "" {
			return h + panelTitle
		}
	}
	return h
}

// rooms returns the room that a plot's axes and labels need around a data area of about the given side.
func rooms(p *plot.Plot, side float64) (left, below, right, above float64) {
	c := draw.Canvas{Rectangle: vg.Rectangle{Max: vg.Point{X: vg.Length(side + 60), Y: vg.Length(side + 60)}}}
	d := p.DataCanvas(c)
	return float64(d.Min.X - c.Min.X), float64(d.Min.Y - c.Min.Y), float64(c.Max.X - d.Max.X), float64(c.Max.Y - d.Max.Y)
}

// page draws the board with scale image pixels for a CSS pixel.
func (b *board) page(scale int) *image.RGBA {
	img, page := newPage(math.Ceil(b.width), math.Ceil(b.height), scale)
	top := page.Max.Y - margin
	if b.title != "" {
		sty := fit(writing(titleSize, ink, true), b.title, vg.Length(b.width-2*margin))
		writeAt(page, sty, vg.Point{X: margin + vg.Length(b.left), Y: top - titleSize + 3}, b.title)
		top -= titleSize + 10
	}
	x, side := vg.Length(margin+b.left), vg.Length(b.side)
	for i, p := range b.plots {
		column, row := i%b.columns, i/b.columns
		if column == 0 {
			x = snap(vg.Length(margin + b.left))
		}
		low := snap(top - vg.Length(float64(row+1)*b.rowHeight()-panelGap-b.below))
		data := vg.Rectangle{Min: vg.Point{X: x, Y: low}, Max: vg.Point{X: x + side, Y: low + side}}
		left, below, right, above := rooms(p, b.side)
		area := draw.Canvas{Canvas: page.Canvas, Rectangle: vg.Rectangle{
			Min: vg.Point{X: data.Min.X - vg.Length(left), Y: data.Min.Y - vg.Length(below)},
			Max: vg.Point{X: data.Max.X + vg.Length(right), Y: data.Max.Y + vg.Length(above)},
		}}
		p.Draw(area)
		b.bars[i].drawBeside(page, draw.Canvas{Canvas: page.Canvas, Rectangle: data})
		if name := b.panels[i].Title; name != "" {
			sty := fit(writing(labelSize, ink, true), name, side+vg.Length(b.right[column]))
			writeAt(page, sty, vg.Point{X: data.Min.X, Y: data.Max.Y + 8}, name)
		}
		x += side + vg.Length(b.right[column]+panelGap+b.left)
	}
	return img
}
