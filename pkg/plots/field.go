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

// A Field is an energy H(q,p) on a grid: H[i][j] belongs to (Q[j], P[i]), and Q
// and P ascend. Values that are not finite are left blank.
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

// check returns the range of H, or an error if the slices do not make a grid.
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

// shown returns the range of H that the colours resolve: it ignores the few far values at a pole of an energy, which
// would leave one colour for all others. The field has passed check.
func (f *Field) shown() extent {
	var values []float64
	for _, row := range f.H {
		for _, h := range row {
			if drawable(h, false) {
				values = append(values, h)
			}
		}
	}
	return around(values, fenced)
}

// fieldBands is about the number of bands in the drawing of an energy.
const fieldBands = 11

// levels returns the round values at which the bands of an energy meet. A range
// without width has none.
func (e extent) levels() []float64 {
	if e.flat() {
		return nil
	}
	step := niceStep((e.hi - e.lo) / fieldBands)
	var out []float64
	for k := math.Floor(e.lo/step) + 1; k*step < e.hi && len(out) < 4*fieldBands; k++ {
		if k*step > e.lo {
			out = append(out, k*step)
		}
	}
	return out
}

// steps returns the values at which n bands of equal height meet.
func steps(lo, hi float64, n int) []float64 {
	var out []float64
	for i := 1; i < n; i++ {
		out = append(out, lo+(hi-lo)*float64(i)/float64(n))
	}
	return out
}

// A ramp is a sequence of colours that look evenly spaced, from the lowest band
// to the highest.
type ramp []color.NRGBA

// of returns the colour of a value in a range. Values beyond the range get the colours of its ends, and a range of a
// single value gets the lowest.
func (r ramp) of(v float64, whole extent) color.NRGBA {
	if whole.hi <= whole.lo {
		return r[0]
	}
	share := min(max((v-whole.lo)/(whole.hi-whole.lo), 0), 1)
	return r[int(share*float64(len(r)-1)+0.5)]
}

// newRamp interpolates control colours of falling lightness: low values are
// light and high ones dark.
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

// filled paints a field as flat bands between levels, with a thin line on each
// level. Gonum's Contour depends on the order of a map, so that the same data
// would give different pictures.
type filled struct {
	field  *Field
	levels []float64
	colors ramp // one more than levels; nil: lines only
	line   color.NRGBA
}

// DataRange implements plot.DataRanger.
func (f filled) DataRange() (xmin, xmax, ymin, ymax float64) {
	q, p := f.field.Q, f.field.P
	return q[0], q[len(q)-1], p[0], p[len(p)-1]
}

// Plot implements plot.Plotter. It interpolates the field bilinearly for each
// pixel of the page, so that the edges of bands are sharp at any grid size.
func (f filled) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	xmin, xmax, ymin, ymax := f.DataRange()
	area := vg.Rectangle{
		Min: vg.Point{X: max(snap(x(xmin)), c.Min.X), Y: max(snap(y(ymin)), c.Min.Y)},
		Max: vg.Point{X: min(snap(x(xmax)), c.Max.X), Y: min(snap(y(ymax)), c.Max.Y)},
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
		for j, q := range cols {
			values[i*w+j] = f.field.between(r, q)
		}
	}
	c.DrawImage(area, f.paint(values, w, h))
}

// between interpolates H bilinearly at a row and a column, and is NaN where H is not finite.
func (f *Field) between(row, col cell) float64 {
	low, high := f.H[row.at], f.H[row.at+1]
	v := (1-row.share)*((1-col.share)*low[col.at]+col.share*low[col.at+1]) + row.share*((1-col.share)*high[col.at]+col.share*high[col.at+1])
	if !drawable(v, false) {
		return math.NaN()
	}
	return v
}

// bands returns the drawing of an energy as filled bands, of which those above top have one colour unless top is 0.
func (f *Field) bands(all extent, top float64) (filled, extent) {
	whole := f.shown()
	if top != 0 && top > whole.lo {
		whole.hi = math.Min(all.hi, top)
	}
	layer := filled{field: f, levels: whole.levels(), line: color.NRGBA{0xff, 0xff, 0xff, 0x90}}
	layer.colors = landscapeRamp(len(layer.levels) + 1)
	return layer, whole
}

// paint colours the values of w x h pixels. It draws a line at pixels less than half the line's width away from a
// level; the distance is the difference from the level divided by the slope.
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

// mix returns the colour at the given share of the way from one colour to another.
func mix(from, to color.NRGBA, share float64) color.NRGBA {
	at := func(a, b uint8) uint8 { return uint8(float64(a) + (float64(b)-float64(a))*share + 0.5) }
	return color.NRGBA{at(from.R, to.R), at(from.G, to.G), at(from.B, to.B), 0xff}
}

// snap rounds a length to whole image pixels, so that images are not blurred.
func snap(l vg.Length) vg.Length { return vg.Length(math.Round(float64(l)*Scale) / Scale) }

// A cell is a position on a grid axis: the given share of the way from at to at+1.
type cell struct {
	at    int
	share float64
}

// locate returns the position of v, or the nearest one if v is beyond the axis.
func locate(axis []float64, v float64) cell {
	i := min(max(sort.SearchFloat64s(axis, v)-1, 0), len(axis)-2)
	return cell{i, min(max((v-axis[i])/(axis[i+1]-axis[i]), 0), 1)}
}
