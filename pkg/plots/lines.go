package plots

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A ranged plotter also tells gonum which part of the axes it needs.
type ranged interface {
	plot.Plotter
	plot.DataRanger
}

// bare hides the glyph boxes of one of gonum's plotters. Gonum would otherwise
// move the axes away from the data by the width of lines and dots.
type bare struct{ ranged }

// lines returns gonum's lines for the stretches of a series. A stretch of a
// single point becomes a dot.
func lines(segs []plotter.XYs, s Style) []plot.Plotter {
	style := s.line()
	var out []plot.Plotter
	for _, seg := range segs {
		if len(seg) == 1 {
			out = append(out, dots(seg, s.Color, 1.4*style.Width))
			continue
		}
		for _, piece := range pieces(thin(seg), len(style.Dashes) > 0) {
			out = append(out, bare{&plotter.Line{XYs: piece, LineStyle: style}})
		}
	}
	return out
}

// sample returns the line that stands for a style in a legend.
func sample(s Style) plot.Thumbnailer { return &plotter.Line{LineStyle: s.line()} }

// dots returns gonum's scatter of small discs.
func dots(pts plotter.XYs, c color.NRGBA, radius vg.Length) plot.Plotter {
	return bare{&plotter.Scatter{XYs: pts, GlyphStyle: draw.GlyphStyle{Color: c, Radius: radius, Shape: draw.CircleGlyph{}}}}
}

// rimmed returns a point as a disc on a slightly larger white one, so that it
// stands out from the lines under it.
func rimmed(pt plotter.XYs, c color.NRGBA, radius vg.Length) []plot.Plotter {
	return []plot.Plotter{dots(pt, paper, radius+1), dots(pt, c, radius)}
}

// pieces cuts a long solid line into short ones that share their end points:
// the rasteriser's time for a line that goes up and down grows with the square
// of its length.
func pieces(line plotter.XYs, dashed bool) []plotter.XYs {
	const piece = 40
	var out []plotter.XYs
	for !dashed && len(line) > piece+1 {
		out = append(out, line[:piece+1])
		line = line[piece:]
	}
	return append(out, line)
}

// thin keeps the first, lowest, highest and last point of a dense line in each
// of 1600 columns, which are narrower than an image pixel. The picture of the
// line stays the same.
func thin(pts plotter.XYs) plotter.XYs {
	const columns = 1600
	if len(pts) < columns {
		return pts
	}
	lo, hi, _, _ := plotter.XYRange(pts)
	column := func(i int) int { return int((pts[i].X - lo) / math.Max(hi-lo, 1e-300) * columns) }
	var out plotter.XYs
	for i := 0; i < len(pts); {
		low, high, j := i, i, i
		for ; j < len(pts) && column(j) == column(i); j++ {
			if pts[j].Y < pts[low].Y {
				low = j
			}
			if pts[j].Y > pts[high].Y {
				high = j
			}
		}
		last := -1
		for _, k := range []int{i, min(low, high), max(low, high), j - 1} {
			if k != last {
				out = append(out, pts[k])
				last = k
			}
		}
		i = j
	}
	return out
}

// crossLine is a thin line across the whole plot. Gonum's lines end at data coordinates, which are unknown until all
// data have been added.
type crossLine struct {
	at       float64
	vertical bool
}

var crossStyle = draw.LineStyle{Color: softInk, Width: 0.9, Dashes: []vg.Length{2, 2.5}}

// Plot implements plot.Plotter. It draws no line beyond the axes.
func (l crossLine) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	across := &p.Y
	if l.vertical {
		across = &p.X
	}
	if l.at < across.Min || l.at > across.Max {
		return
	}
	if l.vertical {
		c.StrokeLine2(crossStyle, x(l.at), c.Min.Y, x(l.at), c.Max.Y)
	} else {
		c.StrokeLine2(crossStyle, c.Min.X, y(l.at), c.Max.X, y(l.at))
	}
}

// DataRange implements plot.DataRanger.
func (l crossLine) DataRange() (xmin, xmax, ymin, ymax float64) {
	none := noExtent()
	if l.vertical {
		return l.at, l.at, none.lo, none.hi
	}
	return none.lo, none.hi, l.at, l.at
}
