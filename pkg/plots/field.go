package plots

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"math"
	"sort"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/palette/moreland"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Field is an energy H(q,p) on a grid: H[i][j] at (Q[j], P[i]), with Q and P
// ascending. Values that are not finite are left blank.
type Field struct {
	Q, P []float64
	H    [][]float64
}

// FieldOf evaluates h on n x n points that cover a rectangle of phase space,
// its edges included. From about n = 100 on the contours look smooth.
func FieldOf(h func(q, p float64) float64, qLo, qHi, pLo, pHi float64, n int) *Field {
	f := &Field{Q: make([]float64, n), P: make([]float64, n), H: make([][]float64, n)}
	for i := range n {
		s := float64(i) / float64(max(n-1, 1))
		f.Q[i], f.P[i] = qLo+s*(qHi-qLo), pLo+s*(pHi-pLo)
	}
	for i := range n {
		f.H[i] = make([]float64, n)
		for j := range n {
			f.H[i][j] = h(f.Q[j], f.P[i])
		}
	}
	return f
}

// check errs where the grid is not one, and returns the range of H.
func (f *Field) check() (extent, error) {
	e := noExtent()
	if len(f.Q) < 2 || len(f.P) < 2 {
		return e, fmt.Errorf("plots: the energy field has %d x %d points: give it at least 2 x 2", len(f.P), len(f.Q))
	}
	for _, axis := range [][]float64{f.Q, f.P} {
		for i, v := range axis {
			if !drawable(v, false) || (i > 0 && v <= axis[i-1]) {
				return e, errors.New("plots: the energy field's Q and P must be finite and ascending")
			}
		}
	}
	if len(f.H) != len(f.P) {
		return e, fmt.Errorf("plots: the energy field has %d rows of H for %d values of P: give it one row for each", len(f.H), len(f.P))
	}
	for i, row := range f.H {
		if len(row) != len(f.Q) {
			return e, fmt.Errorf("plots: row %d of the energy field has %d values for %d values of Q: give it one for each", i, len(row), len(f.Q))
		}
		for _, h := range row {
			if drawable(h, false) {
				e.add(h)
			}
		}
	}
	if e.lo > e.hi {
		return e, errors.New("plots: the energy field has no finite value")
	}
	return e, nil
}

// levels returns about want round values strictly inside the range.
func (e extent) levels(want int) []float64 {
	if e.hi-e.lo <= 1e-9*math.Max(math.Abs(e.lo), math.Abs(e.hi)) {
		return nil
	}
	step := niceStep((e.hi - e.lo) / float64(want))
	var out []float64
	for k := math.Floor(e.lo/step) + 1; k*step < e.hi && len(out) < 4*want; k++ {
		if k*step > e.lo {
			out = append(out, k*step)
		}
	}
	return out
}

// ramp is a sequence of colours of even perceived steps for n bands, from low
// to high.
type ramp []color.NRGBA

// newRamp interpolates control colours of falling lightness; lightness goes
// from light (low energy) to dark (high).
func newRamp(n int, controls ...color.Color) ramp {
	rising := make([]color.Color, len(controls))
	for i, c := range controls {
		rising[len(controls)-1-i] = c
	}
	m, err := moreland.NewLuminance(rising)
	if err != nil {
		return ramp{gridGrey} // no control colours: a programming error that a test excludes
	}
	m.SetMax(1)
	out := make(ramp, n)
	for i := range out {
		s := 0.5
		if n > 1 {
			s = 1 - float64(i)/float64(n-1)
		}
		c, err := m.At(s)
		if err != nil {
			c = gridGrey
		}
		out[i] = color.NRGBAModel.Convert(c).(color.NRGBA)
	}
	return out
}

// filled paints a field as flat bands between levels with a thin line on each
// level.
type filled struct {
	field  *Field
	levels []float64
	colors ramp // one more than levels; nil: lines only
	line   color.NRGBA
}

// Plot implements plot.Plotter. The image has a pixel for each of the page's,
// so that band edges stay sharp at any grid size; between grid points the field is
// interpolated bilinearly. (gonum's Contour depends on the order of a map: the
// same data would give different pictures.)
func (f filled) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	area := vg.Rectangle{
		Min: vg.Point{X: max(snap(x(f.field.Q[0])), c.Min.X), Y: max(snap(y(f.field.P[0])), c.Min.Y)},
		Max: vg.Point{X: min(snap(x(f.field.Q[len(f.field.Q)-1])), c.Max.X), Y: min(snap(y(f.field.P[len(f.field.P)-1])), c.Max.Y)},
	}
	w, h := int(math.Round(float64(area.Size().X)*Scale)), int(math.Round(float64(area.Size().Y)*Scale))
	if w <= 0 || h <= 0 {
		return
	}
	cols, rows := make([]cell, w), make([]cell, h)
	for i := range cols {
		at := (area.Min.X + (vg.Length(i)+0.5)/Scale - c.Min.X) / (c.Max.X - c.Min.X)
		cols[i] = locate(f.field.Q, p.X.Min+float64(at)*(p.X.Max-p.X.Min))
	}
	for i := range rows {
		at := (area.Max.Y - (vg.Length(i)+0.5)/Scale - c.Min.Y) / (c.Max.Y - c.Min.Y)
		rows[i] = locate(f.field.P, p.Y.Min+float64(at)*(p.Y.Max-p.Y.Min))
	}
	values := make([]float64, w*h)
	for i, r := range rows {
		low, high := f.field.H[r.at], f.field.H[r.at+1]
		for j, q := range cols {
			v := (1-r.share)*((1-q.share)*low[q.at]+q.share*low[q.at+1]) + r.share*((1-q.share)*high[q.at]+q.share*high[q.at+1])
			if !drawable(v, false) {
				v = math.NaN()
			}
			values[i*w+j] = v
		}
	}
	c.DrawImage(area, f.paint(values, w, h))
}

// paint colours the values of w x h pixels. A line is drawn where a level is
// less than half the line's width away, the distance being the difference to
// the level over the slope.
func (f filled) paint(values []float64, w, h int) image.Image {
	const half = 0.6 // of the line's width, in image pixels
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := range h {
		for j := range w {
			v := values[i*w+j]
			if math.IsNaN(v) {
				continue
			}
			k := sort.SearchFloat64s(f.levels, v)
			var col color.NRGBA
			if f.colors != nil {
				col = f.colors[k]
			}
			off := math.Inf(1)
			for _, l := range f.levels[max(k-1, 0):min(k+1, len(f.levels))] {
				off = math.Min(off, math.Abs(v-l))
			}
			right, below := values[i*w+min(j+1, w-1)]-v, values[min(i+1, h-1)*w+j]-v
			if slope := math.Hypot(right, below); slope > 0 { // false for NaN
				if ink := math.Min(half+0.5-off/slope, 1); ink > 0 && f.colors == nil {
					col = f.line
					col.A = uint8(ink * float64(f.line.A))
				} else if ink > 0 {
					col = mix(col, f.line, ink*float64(f.line.A)/255)
				}
			}
			copy(img.Pix[i*img.Stride+4*j:], []uint8{col.R, col.G, col.B, col.A})
		}
	}
	return img
}

// mix goes the given share of the way from one colour to another.
func mix(from, to color.NRGBA, share float64) color.NRGBA {
	at := func(a, b uint8) uint8 { return uint8(float64(a) + (float64(b)-float64(a))*share + 0.5) }
	return color.NRGBA{at(from.R, to.R), at(from.G, to.G), at(from.B, to.B), 0xff}
}

// snap rounds a length to whole image pixels, so that images are not blurred.
func snap(l vg.Length) vg.Length { return vg.Length(math.Round(float64(l)*Scale) / Scale) }

// A cell is a place on a grid axis: between at and at+1.
type cell struct {
	at    int
	share float64
}

func locate(axis []float64, v float64) cell {
	i := min(max(sort.SearchFloat64s(axis, v)-1, 0), len(axis)-2)
	return cell{i, min(max((v-axis[i])/(axis[i+1]-axis[i]), 0), 1)}
}
