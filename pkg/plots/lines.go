package plots

import (
	"image/color"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// lines draws the stretches of one series. gonum's Line cannot hold a gap, and
// this one also thins out what a screen cannot resolve and shows a lone point
// as a dot.
type lines struct {
	segs  []plotter.XYs
	style Style
}

// Plot implements plot.Plotter.
func (l lines) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	sty := l.style.line()
	for _, seg := range l.segs {
		pts := make([]vg.Point, len(seg))
		for i, v := range seg {
			pts[i] = vg.Point{X: x(v.X), Y: y(v.Y)}
		}
		if len(pts) == 1 {
			c.DrawGlyph(draw.GlyphStyle{Color: sty.Color, Radius: 1.4 * sty.Width, Shape: draw.CircleGlyph{}}, pts[0])
			continue
		}
		for _, part := range c.ClipLinesXY(thin(pts)) {
			c.StrokeLines(sty, pieces(part, len(sty.Dashes) > 0)...)
		}
	}
}

// pieces cuts a long solid line into short ones that share their end points:
// the rasteriser's time for a line that goes up and down grows with the square
// of its length.
func pieces(line []vg.Point, dashed bool) [][]vg.Point {
	const piece = 40
	if dashed {
		return [][]vg.Point{line}
	}
	var out [][]vg.Point
	for len(line) > piece+1 {
		out = append(out, line[:piece+1])
		line = line[piece:]
	}
	return append(out, line)
}

// Thumbnail implements plot.Thumbnailer.
func (l lines) Thumbnail(c *draw.Canvas) {
	y := c.Center().Y
	c.StrokeLine2(l.style.line(), c.Min.X, y, c.Max.X, y)
}

// thin keeps of a dense line the first, lowest, highest and last point in each
// half CSS pixel of width, which leaves its picture unchanged.
func thin(pts []vg.Point) []vg.Point {
	const cell = 0.5
	if len(pts) < 2000 {
		return pts
	}
	out := pts[:0:0]
	for i := 0; i < len(pts); {
		col := int(pts[i].X / cell)
		lo, hi, j := i, i, i
		for ; j < len(pts) && int(pts[j].X/cell) == col; j++ {
			if pts[j].Y < pts[lo].Y {
				lo = j
			}
			if pts[j].Y > pts[hi].Y {
				hi = j
			}
		}
		last := -1
		for _, k := range []int{i, min(lo, hi), max(lo, hi), j - 1} {
			if k != last {
				out = append(out, pts[k])
				last = k
			}
		}
		i = j
	}
	return out
}

// dots draws points as small discs.
type dots struct {
	pts    plotter.XYs
	color  color.NRGBA
	radius float64
	halo   bool // a white rim, for dots on lines
}

// Plot implements plot.Plotter.
func (d dots) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	for _, v := range d.pts {
		d.at(&c, vg.Point{X: x(v.X), Y: y(v.Y)})
	}
}

// Thumbnail implements plot.Thumbnailer.
func (d dots) Thumbnail(c *draw.Canvas) { d.at(c, c.Center()) }

func (d dots) at(c *draw.Canvas, pt vg.Point) {
	r := vg.Length(d.radius)
	if d.halo {
		c.DrawGlyph(draw.GlyphStyle{Color: paper, Radius: r + 1, Shape: draw.CircleGlyph{}}, pt)
	}
	c.DrawGlyph(draw.GlyphStyle{Color: d.color, Radius: r, Shape: draw.CircleGlyph{}}, pt)
}
