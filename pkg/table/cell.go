package table

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"hgn.local/pkg/metrics"
)

// lines returns the figures of a cell as text: published ones as printed, others to their significant digits.
func (c *Cell) lines(kind string) []string {
	if c == nil {
		return nil
	}
	digits := figures
	if kind == KindReference {
		digits = format('f', -1)
	}
	var lines []string
	switch {
	case c.Train != nil:
		lines = []string{digits(c.Train.Mean) + " / " + digits(c.Test.Mean) + c.mark()}
		if half := interval(c.Train, digits) + " / " + interval(c.Test, digits); half != " / " {
			lines = append(lines, half+c.seedsNote())
		}
	case c.Test != nil:
		lines = []string{digits(c.Test.Mean)}
	}
	named := func(name string, e *metrics.Estimate, digits func(float64) string, after string) {
		if e != nil {
			lines = append(lines, strings.TrimSuffix(name+" "+digits(e.Mean)+" "+interval(e, digits), " ")+after)
		}
	}
	percent := func(x float64) string { return format('f', 1)(100 * x) }
	if c.Above != nil {
		named("excess", c.Above, percent, "%")
	} else {
		named("excess", c.Excess, percent, "%")
	}
	named("encoder", c.Encoder, digits, "")
	named("ratio", c.Ratio, format('e', 1), "")
	named("correlation", c.Agrees, format('f', 3), "")
	named("error", c.Error, format('e', 1), "")
	named("drift", c.Drift, figures, c.seedsNote())
	for _, f := range []struct {
		how  string
		runs []string
	}{{Diverged, c.Diverged}, {NotFinite, c.NotFinite}} {
		if len(f.runs) > 0 {
			lines = append(lines, fmt.Sprintf("%d of %d %s", len(f.runs), c.Trainings, f.how))
		}
	}
	return lines
}

// mark returns the mark of a short training.
func (c *Cell) mark() string {
	if c.Short {
		return " " + shortMark
	}
	return ""
}

// seedsNote says how many seeds an interval covers.
func (c *Cell) seedsNote() string { return seedsNote(c.Seeds) }

func seedsNote(seeds []uint64) string {
	if len(seeds) > 1 {
		return fmt.Sprintf(" (%d seeds)", len(seeds))
	}
	return ""
}

// interval writes "±" and half of an interval, or "" if there is no interval.
func interval(e *metrics.Estimate, digits func(float64) string) string {
	if math.IsNaN(e.Half) {
		return ""
	}
	return "±" + digits(e.Half)
}

// figures writes a number of any size, because the scale of a learned energy is free.
func figures(x float64) string {
	switch size := math.Abs(x); {
	case size >= 1e5:
		return format('e', 2)(x)
	case size < 0.1 && size > 0:
		return format('g', 2)(x)
	}
	return format('f', 2)(x)
}

// format writes numbers as strconv.FormatFloat does.
func format(verb byte, precision int) func(float64) string {
	return func(x float64) string { return strconv.FormatFloat(x, verb, precision, 64) }
}
