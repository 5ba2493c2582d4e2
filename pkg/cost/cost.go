// Package cost tells how time and memory grow with the work, and where they leave the straight line that they should
// follow.
package cost

import (
	"fmt"
	"math"
	"strconv"

	"hgn.local/pkg/plots"
	"hgn.local/pkg/sheet"
)

// Sample is what one training took.
type Sample struct {
	X       float64 `json:"x"`
	Time    float64 `json:"time"`             // in the axis's unit
	Memory  float64 `json:"memory_mb"`        // the most that the process had resident, 0 if it is unknown
	Compile float64 `json:"compile_s"`        // within the process
	Failed  string  `json:"failed,omitempty"` // why there are no figures
}

// Axis is a series of trainings that differ in one thing.
type Axis struct {
	Name    string   `json:"name"`
	What    string   `json:"what"` // is measured, with its unit
	Expect  string   `json:"expect"`
	Samples []Sample `json:"samples"`
	Time    Line     `json:"time_line"`
	Memory  Line     `json:"memory_line"`
}

// Line is the straight line a + b·x that comes nearest to some values, by the sum of the squares of their relative
// distances. Departs is the largest of these, of the value at At.
type Line struct {
	A       float64 `json:"a"`
	B       float64 `json:"b"`
	Departs float64 `json:"departs"`
	At      float64 `json:"at"`
}

// LineOf fits a line to positive values. Two values or fewer lie on it.
func LineOf(x, y []float64) Line {
	var s, sx, sy, sxx, sxy float64
	for i := range x {
		w := 1 / (y[i] * y[i])
		s, sx, sy, sxx, sxy = s+w, sx+w*x[i], sy+w*y[i], sxx+w*x[i]*x[i], sxy+w*x[i]*y[i]
	}
	var l Line
	if det := s*sxx - sx*sx; len(x) > 1 && det > 0 {
		l.B = (s*sxy - sx*sy) / det
		l.A = (sy - l.B*sx) / s
	} else if s > 0 {
		l.A = sy / s
	}
	for i := range x {
		if d := y[i]/(l.A+l.B*x[i]) - 1; math.Abs(d) > math.Abs(l.Departs) {
			l.Departs, l.At = d, x[i]
		}
	}
	return l
}

// Fit fills in the lines of an axis from its samples.
func (a *Axis) Fit() {
	var x, time, mx, memory []float64
	for _, s := range a.Samples {
		if s.Time > 0 {
			x, time = append(x, s.X), append(time, s.Time)
		}
		if s.Memory > 0 {
			mx, memory = append(mx, s.X), append(memory, s.Memory)
		}
	}
	a.Time, a.Memory = LineOf(x, time), LineOf(mx, memory)
}

// Sheet returns the table of all axes: a row for each training, with the line behind the last of an axis.
func Sheet(title string, axes []Axis) sheet.Sheet {
	out := sheet.Sheet{Title: title, Header: []string{"", "what", "x", "time", "line", "memory MB", "line MB"}, Left: 2, Words: 40}
	for _, a := range axes {
		name, what := a.Name, a.What+"; "+a.Expect
		for _, s := range a.Samples {
			row := []string{name, what, number(s.X), number(s.Time), number(a.Time.A + a.Time.B*s.X), number(s.Memory), number(a.Memory.A + a.Memory.B*s.X)}
			if s.Failed != "" {
				row = []string{name, what + " (" + s.Failed + ")", number(s.X), "-", "-", "-", "-"}
			}
			out.Rows = append(out.Rows, row)
			name, what = "", ""
		}
		out.Notes = append(out.Notes, fmt.Sprintf("%s: time %s + %s x, off by %+.0f%% at most, at %s; memory %s + %s x MB, off by %+.0f%% at most, at %s.",
			a.Name, number(a.Time.A), number(a.Time.B), 100*a.Time.Departs, number(a.Time.At),
			number(a.Memory.A), number(a.Memory.B), 100*a.Memory.Departs, number(a.Memory.At)))
	}
	return out
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', 3, 64) }

// Picture draws the times of all axes, and dashed their lines: both axes count in units of the smallest training.
func Picture(title string, axes []Axis) (*plots.Picture, error) {
	var series []plots.Series
	colours := plots.Palette()
	for i, a := range axes {
		var x, y, line []float64
		var first Sample // that was measured
		for _, s := range a.Samples {
			if s.Time <= 0 {
				continue
			}
			if first.Time == 0 {
				first = s
			}
			x, y = append(x, s.X/first.X), append(y, s.Time/first.Time)
			line = append(line, (a.Time.A+a.Time.B*s.X)/first.Time)
		}
		if len(x) == 0 {
			continue
		}
		style := plots.Style{Color: colours[i%len(colours)], Width: 2}
		dashed := plots.Style{Color: style.Color, Width: 1, Dashes: []float64{5, 4}}
		series = append(series, plots.Series{Name: a.Name, X: x, Y: y, Style: style}, plots.Series{X: x, Y: line, Style: dashed})
	}
	return plots.Curves(plots.Chart{Title: title, X: "size, in units of the smallest", Y: "time, in units of the smallest"}, series...)
}
