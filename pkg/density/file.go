package density

import (
	"slices"
	"strconv"

	"hgn.local/pkg/badinput"
	"hgn.local/pkg/dataset/npz"
)

// FromFile reads the points of a file and what they are given with: of a table, .csv or .tsv, whose first row names the
// columns; or of an .npz file,
//
//	x           float64 or float32 [N, d], in any order: the points
//	names       texts [d], optional: the names of the coordinates, which are x0, x1, ... otherwise
//	cond        optional [N] or [N, k]: conditions; floats are numbers, and integers and texts are labels of classes
//	cond_names  texts [k], optional: their names, cond or cond0, cond1, ... otherwise
//	shape       integers [2], optional: the height and width of the grey picture that a point is
//
// A missing value, a text, an infinite number and a constant are refused by the column's name and the row.
func FromFile(path string, s Selection) (*Samples, error) {
	t, err := open(path)
	if err != nil {
		return nil, err
	}
	columns, conditions, given, err := t.chosen(s)
	if err != nil {
		return nil, err
	}
	x, err := t.rows(columns)
	if err != nil {
		return nil, err
	}
	var names []string
	if t.named || s.Columns != nil {
		for _, c := range columns {
			names = append(names, c.name)
		}
	}
	out, err := newSamples(path, x, len(columns), names)
	if err != nil {
		return nil, err
	}
	out.conditions = conditions
	if out.cond, err = t.encoded(conditions, given); err != nil {
		return nil, err
	}
	if len(t.shape) == 2 && t.shape[0]*t.shape[1] == out.d {
		out.shape = t.shape
	}
	return out, nil
}

// Points reads points of d coordinates from a file, to be judged by a density that was learned, with their conditions,
// [N, Width], if it has some. A file that names its columns has them by their names, any other in the same order.
func Points(path string, d int, names []string, conditions []Condition) (x, cond []float64, err error) {
	t, err := open(path)
	if err != nil {
		return nil, nil, err
	}
	var columns []*column
	if names != nil && (t.named || !slices.ContainsFunc(names, func(name string) bool { return t.find(name) < 0 })) {
		for _, name := range names {
			c, err := t.column(name)
			if err != nil {
				return nil, nil, err
			}
			columns = append(columns, c)
		}
	} else if columns, _, _, err = t.chosen(Selection{Cond: []string{none}}); err != nil {
		return nil, nil, err
	}
	if len(columns) != d {
		return nil, nil, badinput.Errorf("the points of %s have %d coordinates each, and the density is of points with %d", path, len(columns), d)
	}
	if x, err = t.rows(columns); err != nil {
		return nil, nil, err
	}
	if err := checkRows(x, d, names); err != nil {
		return nil, nil, badinput.Errorf("%s: %w", path, err)
	}
	cond, _, err = t.conditions(conditions)
	return x, cond, err
}

// Conditions reads the values of conditions from a file, [n, Width].
func Conditions(path string, conditions []Condition) (cond []float64, n int, err error) {
	t, err := open(path)
	if err != nil {
		return nil, 0, err
	}
	return t.conditions(conditions)
}

// conditions returns the encoded values of given conditions, by their names or, of an .npz file without names, in their order.
func (t *table) conditions(all []Condition) (cond []float64, n int, err error) {
	if len(all) == 0 {
		return nil, 0, nil
	}
	var given []*column
	for _, c := range all {
		if i := t.find(c.Name); i >= 0 {
			given = append(given, &t.columns[i])
		}
	}
	if len(given) != len(all) { // by their order
		if given = nil; len(t.cond) != len(all) {
			return nil, 0, badinput.Errorf("%s has no values of the condition: give %s, as columns of a table or as the array cond, [N] or [N, %d], of an .npz file", t.path, Describe(all), len(all))
		}
		for _, name := range t.cond {
			given = append(given, &t.columns[t.find(name)])
		}
	}
	cond, err = t.encoded(all, given)
	return cond, t.n, err
}

// open reads a file of points.
func open(path string) (*table, error) {
	if isTable(path) {
		return readTable(path)
	}
	return readArrays(path)
}

// readArrays reads the arrays of an .npz file as a table.
func readArrays(path string) (*table, error) {
	file, err := npz.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	t := &table{path: path, n: -1}
	if file.Has("x") || !file.Has("cond") {
		shape, x, err := file.AnyFloats("x")
		if err != nil {
			return nil, err
		}
		if len(shape) != 2 || shape[1] < 1 {
			return nil, badinput.Errorf("the array x of %s has the shape %v: points are rows, [N, d]", path, shape)
		}
		t.n = shape[0]
		names, err := t.names(file, "names", shape[1], "x")
		if err != nil {
			return nil, err
		}
		t.named = file.Has("names")
		for j, name := range names {
			c := column{name: name, numbers: make([]float64, t.n)}
			for i := range c.numbers {
				c.numbers[i] = x[i*shape[1]+j]
			}
			t.add(c)
		}
	}
	if file.Kind("shape") == "integer" {
		if _, sides, err := file.Integers("shape"); err == nil && len(sides) == 2 {
			t.shape = []int{int(sides[0]), int(sides[1])}
		}
	}
	if file.Has("cond") {
		return t, t.addConditions(file)
	}
	return t, nil
}

// names returns the names of n columns: those in an array of texts, or some made of a letter and a number.
func (t *table) names(file *npz.File, array string, n int, letter string) (names []string, err error) {
	if file.Has(array) {
		shape, names, err := file.Texts(array)
		if err != nil {
			return nil, err
		}
		if len(shape) != 1 || len(names) != n {
			return nil, badinput.Errorf("%s: the array %s has the shape %v, and there are %d columns to name", t.path, array, shape, n)
		}
		seen := map[string]bool{}
		for _, name := range names {
			if name == "" || seen[name] || t.find(name) >= 0 {
				return nil, badinput.Errorf("%s: the array %s holds the name %q, and every column needs a name of its own", t.path, array, name)
			}
			seen[name] = true
		}
		return names, nil
	}
	for i := range n {
		names = append(names, letter+strconv.Itoa(i))
	}
	return names, nil
}

// addConditions reads the array cond.
func (t *table) addConditions(file *npz.File) error {
	var shape []int
	var numbers []float64
	var texts []string
	var err error
	switch kind := file.Kind("cond"); kind {
	case "integer":
		var whole []int64
		shape, whole, err = file.Integers("cond")
		for _, v := range whole {
			texts = append(texts, strconv.FormatInt(v, 10))
		}
	case "text":
		shape, texts, err = file.Texts("cond")
	default:
		shape, numbers, err = file.Floats("cond")
	}
	if err != nil {
		return err
	}
	if t.n < 0 && len(shape) > 0 {
		t.n = shape[0]
	}
	if len(shape) < 1 || len(shape) > 2 || shape[0] != t.n || len(shape) == 2 && shape[1] < 1 {
		return badinput.Errorf("the array cond of %s has the shape %v, and must have one row for each of the %d points, [N] or [N, k]", t.path, shape, t.n)
	}
	k, names := 1, []string{"cond"}
	if len(shape) == 2 {
		k = shape[1]
	}
	if k > 1 || file.Has("cond_names") {
		if names, err = t.names(file, "cond_names", k, "cond"); err != nil {
			return err
		}
	}
	for j, name := range names {
		c := column{name: name, labels: texts != nil}
		for i := range t.n {
			if texts != nil {
				c.texts = append(c.texts, texts[i*k+j])
			} else {
				c.numbers = append(c.numbers, numbers[i*k+j])
			}
		}
		if !t.add(c) {
			return badinput.Errorf("%s: a coordinate and a condition have the name %q: give each its own", t.path, name)
		}
		t.cond = append(t.cond, name)
	}
	return nil
}
