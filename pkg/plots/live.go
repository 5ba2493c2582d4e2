package plots

import (
	"image"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Live is the state of a training run, drawn again and again while it goes on.
type Live struct {
	Title   string
	Status  string   // beside the title, e.g. "step 1200 of 4700, 2 min left"
	X, Y    string   // labels of the loss curve's axes; "": "step" and "loss"
	Loss    []Series // drawn faded and smoothed on a logarithmic axis
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

// Picture draws the loss at the left and the films at the right. It is meant
// for every moment of a run: without any loss yet it says so, and values that
// are not finite or not positive are left out.
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
		if len(l.Films) <= 2 { // few films can be larger
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
	return &Picture{still: img, quick: true}, nil
}

func (l Live) drawLoss(page draw.Canvas) error {
	x, y := l.X, l.Y
	if x == "" {
		x = "step"
	}
	if y == "" {
		y = "loss"
	}
	p := newPlot(x, y)
	p.X.Tick.Marker = linearTicks{want: 5}
	f := &figure{title: l.Title, caption: l.Status, panels: []*plot.Plot{p}}
	if f.title == "" {
		f.title = "Training"
	}
	xs, ys := noExtent(), noExtent()
	var drawn []lines
	for i, style := range seriesStyles(l.Loss) {
		s := l.Loss[i]
		segs, err := segments(s.Name, s.X, s.Y, false, true)
		if segs == nil {
			if s.X != nil && len(s.X) != len(s.Y) {
				return err // a mistake; merely having no values yet is none
			}
			continue
		}
		addAll(&xs, &ys, segs)
		raw := style
		raw.Color, raw.Width, raw.Dashes = faded(style.Color, 0.35), 0.9, nil
		smoothed := lines{smooth(segs, true), style}
		p.Add(lines{segs, raw})
		drawn = append(drawn, smoothed)
		if s.Name != "" && len(l.Loss) > 1 {
			f.legend = append(f.legend, entry{s.Name, smoothed})
		}
	}
	for _, d := range drawn {
		p.Add(d)
	}
	chart := Chart{Width: float64(page.Max.X - page.Min.X)}
	for _, m := range l.Markers {
		if drawn != nil && m.At >= xs.lo && m.At <= xs.hi { // only stages already reached
			chart.Markers = append(chart.Markers, m)
			p.Add(crossLine{at: m.At, vertical: true})
		}
	}
	xs.apply(&p.X, false, 0)
	ys.apply(&p.Y, true, 0.05)
	if drawn == nil {
		p.X.Tick.Marker, p.Y.Tick.Marker = plot.ConstantTicks{}, plot.ConstantTicks{}
	}
	labels := newMarginLabels(chart, p)
	f.above = labels.above
	f.drawOn(page, func(page draw.Canvas, data []draw.Canvas) {
		labels.draw(page, data[0], p)
		if drawn == nil {
			sty := writing(labelSize, softInk, false)
			sty.XAlign = draw.XCenter
			writeMiddle(page, sty, data[0].Center(), "waiting for the first step")
		}
	})
	return nil
}

// drawFilms stacks the films beside the curve, each under its name, the stack
// centred on the page's height.
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
