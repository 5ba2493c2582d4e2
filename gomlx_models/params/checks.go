package params

import (
	"slices"
	"strings"
)

// Count is a parameter that counts something.
type Count struct {
	Name  string
	Value int
}

// AtLeastOne fails unless every count is at least 1.
func AtLeastOne(counts []Count) error {
	for _, c := range counts {
		if c.Value < 1 {
			return Errorf("%s must be at least 1, not %d", c.Name, c.Value)
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

// Widths fails unless the list holds at least one width and only widths of at least 1.
func Widths(name string, widths []int) error {
	if len(widths) == 0 || slices.ContainsFunc(widths, func(w int) bool { return w < 1 }) {
		return Errorf("%s must hold at least one width, and widths of at least 1, not %v", name, widths)
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
