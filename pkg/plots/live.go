package plots

import (
	"cmp"
	"image"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Live holds the state of a training run, which is redrawn while the run continues.
type Live struct {
	Title   string
	Status  string   // beside the title, e.g. "step 1200 of 4700, 2 min left"
	X, Y    string   // labels of the loss curve's axes; "": "step" and "loss"
	Loss    []Series // drawn on a logarithmic axis
	Markers []Mark   // e.g. the stages of a curriculum
	Size    int      // side of the frames in pixels
	Films   []Film   // e.g. target and reconstruction; none: the curve alone
}

const (
	liveWidth  = 860
	liveHeight = 300
	liveStrip  = 400 // of the width, for the films
	liveGap    = 6   // between curve and films, beside the curve's margin
)

// Picture draws the loss at the left and the films at the right. It can be
// called at every moment of a run: before the first loss it says that it waits,
// and it leaves out values that are not finite or not positive.
func (l Live) Picture() (*Picture, error) {
	if len(l.Films) > 0 {
		if err := checkFilms("Live", l.Size, l.Films); err != nil {
			return nil, err
		}
	}
	width, height, left := float64(liveWidth), float64(liveHeight), float64(liveWidth)
	zoom, rowHeight := 1, 0.0
	var picks []int
	if len(l.Films) > 0 {
		zoom = zoomTo(cellPixels, l.Size)
		if len(l.Films) <= 2 { // a few films can be larger
			zoom = zoomTo(cellPixels*4/3, l.Size)
		}
		cell := zoom * l.Size
		picks = evenly(len(l.Films[0].Frames), max(liveStrip*Scale/(cell+stripGap), 1))
		strip := float64(len(picks)*(cell+stripGap)-stripGap) / Scale
		width = math.Max(width, strip+liveWidth-liveStrip)
		left = width - margin - strip
		rowHeight = nameSpace + float64(cell)/Scale + 4
		height = math.Max(height, float64(len(l.Films))*rowHeight+2*margin)
	}
	if err := checkArea(int(width)*Scale, int(height)*Scale); err != nil {
		return nil, err
	}
	img, page := newPage(width, height, Scale)
	if err := l.drawLoss(draw.Crop(page, 0, vg.Length(left-width-liveGap), 0, 0)); err != nil {
		return nil, err
	}
	l.drawFilms(img, page, left, rowHeight, zoom, picks)
	return &Picture{still: img, quick: true, films: len(l.Films) > 0}, nil
}

// drawLoss draws the curve of the loss. It leaves out series without any value
// to show, and markers that the run has not reached.
func (l Live) drawLoss(page draw.Canvas) error {
	c := Chart{Title: cmp.Or(l.Title, "Training"), X: cmp.Or(l.X, "step"), Y: cmp.Or(l.Y, "loss"), LogY: true, Width: float64(page.Max.X - page.Min.X)}
	var shown []Series
	reached := noExtent()
	for i, style := range seriesStyles(l.Loss) {
		s := l.Loss[i]
		segs, err := segments(s.Name, s.X, s.Y, false, true)
		if err != nil && s.X != nil && len(s.X) != len(s.Y) {
			return err // a real mistake; having no values yet is none
		}
		for _, seg := range segs {
			reached.add(seg[0].X)
			reached.add(seg[len(seg)-1].X)
		}
		if segs != nil {
			s.Style = style
			shown = append(shown, s)
		}
	}
	for _, m := range l.Markers {
		if m.At >= reached.lo && m.At <= reached.hi {
			c.Markers = append(c.Markers, m)
		}
	}
	f, err := c.figure(shown)
	if err != nil {
		return err
	}
	p := f.panels[0]
	p.X.Tick.Marker = linearTicks{want: 5}
	if shown == nil {
		p.X.Tick.Marker, p.Y.Tick.Marker = plot.ConstantTicks{}, plot.ConstantTicks{}
		f.after = func(page, data draw.Canvas) {
			sty := writing(labelSize, softInk, false)
			sty.XAlign = draw.XCenter
			writeMiddle(page, sty, data.Center(), "waiting for the first step")
		}
	}
	f.caption = l.Status
	f.drawOn(page)
	return nil
}

// drawFilms stacks the films beside the curve, each under its name, and centres
// the stack on the page's height.
func (l Live) drawFilms(img *image.RGBA, page draw.Canvas, left, rowHeight float64, zoom int, picks []int) {
	cell := zoom * l.Size
	top := (float64(page.Max.Y-page.Min.Y) - float64(len(l.Films))*rowHeight) / 2
	sty := writing(tickSize, ink, false)
	for r, f := range l.Films {
		y := top + float64(r)*rowHeight
		writeMiddle(page, sty, vg.Point{X: vg.Length(left), Y: page.Max.Y - vg.Length(y) - nameSpace/2}, f.Label)
		for k, i := range picks {
			blit(img, image.Pt(int(left*Scale)+k*(cell+stripGap), int((y+nameSpace)*Scale)), f.Frames[i], l.Size, zoom)
		}
	}
}
