package density

import (
	"slices"
	"strconv"
	"strings"

	"hgn.local/pkg/badinput"
)

// Selection says which columns of a file are coordinates of points, and which are conditions.
type Selection struct {
	// Columns names the coordinates, in their order; nil: all columns that are no conditions.
	Columns []string
	// Cond names the conditions. A column of numbers is a number, and one of texts a class; "class:NAME" makes numbers
	// labels of classes. nil: what the file itself calls conditions, the array cond of an .npz file; "none": none.
	Cond []string
}

const (
	asClass = "class:" // before the name of a condition
	none    = "none"
)

// condition returns a column as a condition, and the texts or the numbers that it holds.
func (t *table) condition(c *column, class bool) (Condition, *column, error) {
	if c.texts != nil && !class && !c.labels {
		first := -1 // row of the first text, and of the first number
		number := -1
		for i, text := range c.texts {
			if missing(text) {
				continue // values reports it
			}
			if _, err := strconv.ParseFloat(text, 64); err == nil && number < 0 {
				number = i
			} else if err != nil && first < 0 {
				first = i
			}
		}
		if first >= 0 && number >= 0 {
			return Condition{}, nil, badinput.Errorf("%s: the condition %q holds the text %.40q in row %d and a number in row %d: mend one of them, or call the condition %s%s if all are labels",
				t.path, c.name, c.texts[first], first+1, number+1, asClass, c.name)
		}
		class = first >= 0
	}
	if !class && !c.labels {
		numbers, err := t.values(c)
		if err != nil {
			return Condition{}, nil, err
		}
		if len(numbers) > 0 && slices.Max(numbers) == slices.Min(numbers) {
			return Condition{}, nil, badinput.Errorf("%s: the condition %q is %v in every row, and so says nothing: leave it out", t.path, c.name, numbers[0])
		}
		return Condition{Name: c.name}, &column{name: c.name, numbers: numbers}, nil
	}
	texts := c.texts
	if texts == nil {
		for _, v := range c.numbers {
			texts = append(texts, labelOf(v))
		}
	}
	for i, text := range texts {
		if missing(text) {
			return Condition{}, nil, badinput.Errorf("%s: the class of the condition %q is missing in row %d: leave out the row or the condition", t.path, c.name, i+1)
		}
	}
	classes := classesOf(texts)
	switch {
	case len(classes) == 1:
		return Condition{}, nil, badinput.Errorf("%s: the condition %q has the only class %q, and so says nothing: leave it out", t.path, c.name, classes[0])
	case len(classes) > mostClasses:
		return Condition{}, nil, badinput.Errorf("%s: the condition %q has %d different labels, and classes are at most %d: write numbers as floats, or leave it out", t.path, c.name, len(classes), mostClasses)
	}
	return Condition{Name: c.name, Classes: classes}, &column{name: c.name, texts: texts}, nil
}

// chosen returns the columns that a selection makes coordinates and conditions.
func (t *table) chosen(s Selection) (x []*column, conditions []Condition, given []*column, err error) {
	cond := s.Cond
	if cond == nil {
		cond = t.cond
	}
	if len(cond) == 1 && cond[0] == none {
		cond = nil
	}
	taken := map[string]bool{}
	for _, name := range t.cond { // the file's own conditions are no coordinates
		taken[strings.TrimPrefix(name, asClass)] = true
	}
	for _, name := range cond {
		name, class := strings.CutPrefix(name, asClass)
		c, err := t.column(name)
		if err != nil {
			return nil, nil, nil, err
		}
		condition, values, err := t.condition(c, class)
		if err != nil {
			return nil, nil, nil, err
		}
		if slices.ContainsFunc(conditions, func(c Condition) bool { return c.Name == name }) {
			return nil, nil, nil, badinput.Errorf("the condition %q is named twice", name)
		}
		taken[name] = true
		conditions, given = append(conditions, condition), append(given, values)
	}
	names := s.Columns
	if names == nil {
		for _, c := range t.columns {
			if !taken[c.name] {
				names = append(names, c.name)
			}
		}
	}
	seen := map[string]bool{}
	for _, name := range names {
		c, err := t.column(name)
		switch {
		case err != nil:
			return nil, nil, nil, err
		case taken[name]:
			return nil, nil, nil, badinput.Errorf("the column %q cannot be a coordinate and a condition: leave it out of one of them", name)
		case seen[name]:
			return nil, nil, nil, badinput.Errorf("the column %q is named twice", name)
		}
		seen[name], x = true, append(x, c)
	}
	if len(x) == 0 {
		return nil, nil, nil, badinput.Errorf("%s has no column left for the coordinates of points: give at least one", t.path)
	}
	return x, conditions, given, nil
}

// rows returns the points of some columns, [n, d].
func (t *table) rows(columns []*column) ([]float64, error) {
	out := make([]float64, t.n*len(columns))
	for j, c := range columns {
		values, err := t.values(c)
		if err != nil {
			return nil, err
		}
		for i, v := range values {
			out[i*len(columns)+j] = v
		}
	}
	return out, nil
}

// encoded returns the rows that encode the values of conditions, [n, Width].
func (t *table) encoded(conditions []Condition, given []*column) ([]float64, error) {
	out := make([]float64, 0, t.n*Width(conditions))
	for i := range t.n {
		for k, c := range conditions {
			if len(c.Classes) == 0 && given[k].texts == nil {
				out = append(out, given[k].numbers[i])
				continue
			}
			text := ""
			if given[k].texts != nil {
				text = given[k].texts[i]
			} else {
				text = labelOf(given[k].numbers[i])
			}
			row, err := c.encode(text)
			if err != nil {
				return nil, badinput.Errorf("%s, row %d: %w", t.path, i+1, err)
			}
			out = append(out, row...)
		}
	}
	return out, nil
}
