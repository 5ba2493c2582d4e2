package plots

import (
	"cmp"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// marginLabels writes the labels of vertical markers above a plot and those of
// horizontal references right of it.
type marginLabels struct {
	markers, references []Mark
	above, right        float64 // room that they need
}

const labelRow = 15 // height of a row of marker labels

// newMarginLabels sorts the labels of a chart and computes the room they need.
func newMarginLabels(c Chart, p *plot.Plot) marginLabels {
	var l marginLabels
	for _, m := range c.Markers {
		if m.Label != "" && drawable(m.At, false) {
			l.markers = append(l.markers, m)
		}
	}
	for _, m := range c.References {
		if m.Label != "" && drawable(m.At, c.LogY) {
			l.references = append(l.references, m)
		}
	}
	byValue := func(a, b Mark) int { return cmp.Compare(a.At, b.At) }
	slices.SortStableFunc(l.markers, byValue)
	slices.SortStableFunc(l.references, byValue)
	sty := writing(smallSize, softInk, false)
	for _, m := range l.references {
		l.right = max(l.right, float64(sty.Width(m.Label))+6)
	}
	if n := len(l.markers); n > 0 {
		// The final width is unknown here. This one is close enough to count the rows that labels side by side need.
		width := side(c.Width, 780) - 2*margin - 60 - l.right
		_, rows := placeMarkers(l.markers, sty, func(v float64) vg.Length { return vg.Length(p.X.Norm(v) * width) }, vg.Length(width))
		l.above = float64(rows) * labelRow
	}
	return l
}

// A place is the left end of a label and its row, counted from below.
type place struct {
	x   vg.Length
	row int
}

// placeMarkers gives each label a place in the lowest row where it touches no
// earlier label, and counts the rows.
func placeMarkers(marks []Mark, sty textStyle, at func(float64) vg.Length, right vg.Length) (places []place, rows int) {
	var ends []vg.Length // by row
	for _, m := range marks {
		w := sty.Width(m.Label)
		x := min(max(at(m.At)-w/2, 0), right-w)
		row := 0
		for row < len(ends) && x < ends[row]+8 {
			row++
		}
		if row == len(ends) {
			ends = append(ends, 0)
		}
		ends[row] = x + w
		places = append(places, place{x, row})
	}
	return places, len(ends)
}

// draw writes the labels around the data area of a plot.
func (l marginLabels) draw(page, data draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&data)
	sty := writing(smallSize, softInk, false)
	places, _ := placeMarkers(l.markers, sty, func(v float64) vg.Length { return x(v) - data.Min.X }, data.Max.X-data.Min.X)
	for i, m := range l.markers {
		mid := data.Max.Y + labelRow*(vg.Length(places[i].row)+0.5)
		writeMiddle(page, sty, vg.Point{X: data.Min.X + places[i].x, Y: mid}, m.Label)
	}
	// From below upwards, each label goes to its line or just over its neighbour.
	// Then the pile is pushed down if it has outgrown the top.
	heights := make([]vg.Length, len(l.references))
	for i, m := range l.references {
		heights[i] = y(m.At)
		if i > 0 {
			heights[i] = max(heights[i], heights[i-1]+labelRow)
		}
	}
	top := data.Max.Y
	for i := len(heights) - 1; i >= 0 && heights[i] > top; i-- {
		heights[i] = top
		top -= labelRow
	}
	for i, m := range l.references {
		writeMiddle(page, sty, vg.Point{X: data.Max.X + 6, Y: heights[i]}, m.Label)
	}
}
