package density

import (
	"encoding/csv"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"hgn.local/pkg/badinput"
)

// column is a column of a file: numbers, or texts that may be numbers.
type column struct {
	name    string
	numbers []float64
	texts   []string // nil if the column has numbers
	labels  bool     // texts are labels of classes, whatever they look like
}

// table is a file of columns.
type table struct {
	path    string
	named   bool // the file itself names its columns
	n       int  // rows
	columns []column
	index   map[string]int // of the columns by their names
	cond    []string       // what the file itself calls conditions; see Selection
	shape   []int          // of the picture that a row is, if the file says so
}

// add appends a column; it returns false if there is one of that name.
func (t *table) add(c column) bool {
	if t.find(c.name) >= 0 {
		return false
	}
	if t.index == nil {
		t.index = map[string]int{}
	}
	t.index[c.name], t.columns = len(t.columns), append(t.columns, c)
	return true
}

// isTable tells whether a file's name ends like that of a table.
func isTable(path string) bool { return slices.Contains([]string{".csv", ".tsv"}, kindOf(path)) }

func kindOf(path string) string { return strings.ToLower(filepath.Ext(path)) }

// readTable reads a .csv or .tsv file, whose first row names the columns.
func readTable(path string) (*table, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, badinput.Errorf("there is no file %s", path)
	} else if err != nil {
		return nil, badinput.Errorf("cannot read %s: %w", path, err)
	}
	defer file.Close()
	r := csv.NewReader(file)
	r.TrimLeadingSpace = true
	if kindOf(path) == ".tsv" {
		r.Comma, r.LazyQuotes, r.TrimLeadingSpace = '\t', true, false
	}
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, badinput.Errorf("%s is empty: a table begins with a row that names the columns", path)
	} else if err != nil {
		return nil, badinput.Errorf("%s is no table: %w", path, err)
	}
	t := &table{path: path, named: true}
	numbers := 0
	for i, name := range header {
		if name = strings.TrimSpace(strings.TrimPrefix(name, "\ufeff")); name == "" {
			return nil, badinput.Errorf("%s: column %d has no name: the first row must name every column", path, i+1)
		}
		if _, err := strconv.ParseFloat(name, 64); err == nil {
			numbers++
		}
		if !t.add(column{name: name}) {
			return nil, badinput.Errorf("%s: two columns have the name %q: give each its own", path, name)
		}
	}
	if numbers == len(header) {
		return nil, badinput.Errorf("%s: the first row holds numbers, and it must name the columns: write a row of names above it", path)
	}
	if len(header) == 1 && strings.ContainsAny(header[0], ";\t") {
		return nil, badinput.Errorf("%s seems to separate its columns by semicolons or tabs: write commas, or tabs in a file that ends in .tsv", path)
	}
	for ; ; t.n++ {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return t, nil
		} else if err != nil {
			return nil, badinput.Errorf("%s: row %d is not like the others: %w", path, t.n+1, err)
		}
		for i, v := range record {
			t.columns[i].texts = append(t.columns[i].texts, strings.TrimSpace(v))
		}
	}
}

// find returns the index of the column with a name, or -1.
func (t *table) find(name string) int {
	if i, ok := t.index[name]; ok {
		return i
	}
	return -1
}

// column returns the column with a name.
func (t *table) column(name string) (*column, error) {
	i := t.find(name)
	if i < 0 {
		var names []string
		for _, c := range t.columns {
			names = append(names, c.name)
		}
		return nil, badinput.Errorf("%s has no column %q: it has %s", t.path, name, some(names))
	}
	return &t.columns[i], nil
}

// missing tells whether a text stands for a value that is not there.
func missing(text string) bool {
	return slices.Contains([]string{"", "?", "na", "n/a", "nan", "null", "none"}, strings.ToLower(text))
}

// values returns the numbers of a column. It refuses a missing value, a text and an infinite number by the column's
// name and the row.
func (t *table) values(c *column) ([]float64, error) {
	if c.texts == nil {
		return c.numbers, nil
	}
	out := make([]float64, len(c.texts))
	for i, text := range c.texts {
		v, err := strconv.ParseFloat(text, 64)
		switch {
		case missing(text) || err == nil && math.IsNaN(v):
			return nil, badinput.Errorf("%s: the value of column %q is missing in row %d: leave out the row or the column", t.path, c.name, i+1)
		case math.IsInf(v, 0):
			return nil, badinput.Errorf("%s: column %q is %s in row %d, which is not finite: leave out the row or the column", t.path, c.name, text, i+1)
		case err != nil:
			return nil, badinput.Errorf("%s: column %q holds the text %.40q in row %d: leave the column out, or make it a condition", t.path, c.name, text, i+1)
		}
		out[i] = v
	}
	return out, nil
}
