package density

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"hgn.local/pkg/badinput"
)

// Condition is a quantity c with which points x are given, so that p(x|c) is learned instead of p(x). It is a number, or
// one of some classes.
type Condition struct {
	Name    string   `json:"name"`
	Classes []string `json:"classes,omitempty"` // labels; none for a number
}

// mostClasses bounds the number of classes of a condition. More different texts are no labels.
const mostClasses = 256

// width returns how many numbers encode the condition: one for a number, and one for every class, which is 1 for the
// class that it is and 0 for the others.
func (c Condition) width() int {
	if len(c.Classes) > 0 {
		return len(c.Classes)
	}
	return 1
}

// Width returns how many numbers encode a value of each of the conditions.
func Width(all []Condition) (n int) {
	for _, c := range all {
		n += c.width()
	}
	return n
}

// Encode returns the numbers that encode one value of each condition, given as text: a number, or the label of a class.
func Encode(all []Condition, values []string) ([]float64, error) {
	if len(values) != len(all) {
		return nil, badinput.Errorf("%d values are no condition here: give %d, of %s", len(values), len(all), Describe(all))
	}
	var row []float64
	for i, c := range all {
		value, err := c.encode(strings.TrimSpace(values[i]))
		if err != nil {
			return nil, err
		}
		row = append(row, value...)
	}
	return row, nil
}

func (c Condition) encode(value string) ([]float64, error) {
	if len(c.Classes) == 0 {
		v, err := strconv.ParseFloat(value, 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, badinput.Errorf("the condition %s is %q: give a finite number", c.Name, value)
		}
		return []float64{v}, nil
	}
	k := slices.Index(c.Classes, value)
	if v, err := strconv.ParseFloat(value, 64); k < 0 && err == nil { // 3.0 is the class 3
		k = slices.Index(c.Classes, labelOf(v))
	}
	if k < 0 {
		return nil, badinput.Errorf("the condition %s has no class %q: choose one of %s", c.Name, value, some(c.Classes))
	}
	row := make([]float64, len(c.Classes))
	row[k] = 1
	return row, nil
}

// Decode returns the values that a row of numbers encodes; it undoes Encode.
func Decode(all []Condition, row []float64) (values []string) {
	for _, c := range all {
		if len(c.Classes) == 0 {
			values = append(values, labelOf(row[0]))
		} else {
			values = append(values, c.Classes[max(slices.Index(row[:len(c.Classes)], 1), 0)])
		}
		row = row[c.width():]
	}
	return values
}

// labelOf returns a number as text.
func labelOf(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// Describe lists what the conditions are, for errors and help.
func Describe(all []Condition) string {
	var names []string
	for _, c := range all {
		if len(c.Classes) > 0 {
			names = append(names, c.Name+" (one of "+some(c.Classes)+")")
		} else {
			names = append(names, c.Name+" (a number)")
		}
	}
	return strings.Join(names, ", ")
}

// some lists names, but not more than a sentence has room for.
func some(names []string) string {
	const most = 20
	if len(names) > most {
		return strings.Join(names[:most], ", ") + " and " + strconv.Itoa(len(names)-most) + " more"
	}
	return strings.Join(names, ", ")
}

// classesOf returns the labels in texts, each once, in the order of their numbers if all are numbers.
func classesOf(texts []string) []string {
	classes := slices.Compact(slices.Sorted(slices.Values(texts)))
	numbers := map[string]float64{}
	for _, c := range classes {
		v, err := strconv.ParseFloat(c, 64)
		if err != nil {
			return classes
		}
		numbers[c] = v
	}
	slices.SortStableFunc(classes, func(a, b string) int {
		switch d := numbers[a] - numbers[b]; {
		case d < 0:
			return -1
		case d > 0:
			return 1
		}
		return 0
	})
	return classes
}
