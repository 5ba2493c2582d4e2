package params

import (
	"fmt"
	"slices"
	"strings"
)

// MostParts is the largest number of layers or steps of which a graph is built one by one, and MostWidth that of a layer's
// outputs: two layers of that width take a gigabyte.
const (
	MostParts = 1000
	MostWidth = 1 << 14
)

// Count is a parameter that counts something.
type Count struct {
	Name  string
	Value int
	Most  int // 0: without bound
}

// AtLeastOne fails unless every count is at least 1 and at most its bound.
func AtLeastOne(counts []Count) error {
	for _, c := range counts {
		if c.Value < 1 {
			return Errorf("%s must be at least 1, not %d", c.Name, c.Value)
		}
		if c.Most > 0 && c.Value > c.Most {
			return Errorf("%s must be at most %d, not %d", c.Name, c.Most, c.Value)
		}
	}
	return nil
}

// Range is a number that must lie between two bounds, the upper one excluded.
type Range struct {
	Name              string
	Value, Low, Below float64
}

// Within fails unless every number lies in its range. NaN lies in none.
func Within(ranges []Range) error {
	for _, r := range ranges {
		if !(r.Value >= r.Low && r.Value < r.Below) {
			return Errorf("%s must be at least %g and below %g, not %g", r.Name, r.Low, r.Below, r.Value)
		}
	}
	return nil
}

// Widths fails unless the list holds at least one width and at most MostParts, each of at least 1 and at most MostWidth.
func Widths(name string, widths []int) error {
	if len(widths) == 0 {
		return Errorf("%s must hold at least one width, for example [64]", name)
	}
	return MaybeWidths(name, widths)
}

// MaybeWidths is Widths for a list that may be empty.
func MaybeWidths(name string, widths []int) error {
	if len(widths) > MostParts || slices.ContainsFunc(widths, func(w int) bool { return w < 1 || w > MostWidth }) {
		return Errorf("%s must hold at most %d widths of at least 1 and at most %d, not %.100s", name, MostParts, MostWidth, fmt.Sprint(widths))
	}
	return nil
}

// OneOf fails unless the value is one of those known.
func OneOf(name, value string, known ...string) error {
	if !slices.Contains(known, value) {
		return Errorf("%s cannot be %q: choose one of %s", name, value, strings.Join(known, ", "))
	}
	return nil
}
