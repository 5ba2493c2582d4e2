package density

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"

	"hgn.local/kernels_xla/atomicfile"
	"hgn.local/pkg/badinput"
	"hgn.local/pkg/dataset/npz"
)

// Write writes points into a file that FromFile reads: a table, .csv or .tsv, with the names of the coordinates, or x0,
// x1, ... without, and a column for every condition; or an .npz file with the arrays of FromFile, and more.
func Write(path string, points Rows, names []string, conditions []Condition, shape []int, more ...npz.Array) error {
	values := make([][]string, points.n()) // of the conditions
	for i, width := 0, Width(conditions); i < len(values) && width > 0; i++ {
		values[i] = Decode(conditions, points.Cond[i*width:])
	}
	if isTable(path) {
		if len(more) > 0 {
			return badinput.Errorf("a table cannot hold the weights of points: write an .npz file")
		}
		return writeTable(path, points, names, conditions, values)
	}
	arrays := append([]npz.Array{{Name: "x", Shape: []int{points.n(), points.Dim}, Data: points.X}}, more...)
	if names != nil {
		arrays = append(arrays, npz.Array{Name: "names", Shape: []int{len(names)}, Data: names})
	}
	if shape != nil {
		arrays = append(arrays, npz.Array{Name: "shape", Shape: []int{2}, Data: []int64{int64(shape[0]), int64(shape[1])}})
	}
	if k := len(conditions); k > 0 {
		at := []int{points.n()}
		if k > 1 {
			at = append(at, k)
		}
		var own []string
		for _, c := range conditions {
			own = append(own, c.Name)
		}
		arrays = append(arrays, npz.Array{Name: "cond", Shape: at, Data: arrayOf(conditions, slices.Concat(values...))}, npz.Array{Name: "cond_names", Shape: []int{k}, Data: own})
	}
	return npz.Write(path, arrays...)
}

// arrayOf returns the values of conditions in the type from which they are read as what they are: floats if all are numbers,
// integers if all are classes whose labels are integers, and texts otherwise.
func arrayOf(conditions []Condition, values []string) any {
	numbers, whole := make([]float64, len(values)), make([]int64, len(values))
	floats, integers := true, true
	for _, c := range conditions {
		floats, integers = floats && len(c.Classes) == 0, integers && len(c.Classes) > 0
	}
	for i, text := range values {
		var err error
		if numbers[i], err = strconv.ParseFloat(text, 64); err != nil {
			floats = false
		}
		if whole[i], err = strconv.ParseInt(text, 10, 64); err != nil {
			integers = false
		}
	}
	switch {
	case floats:
		return numbers
	case integers:
		return whole
	}
	return values
}

func writeTable(path string, points Rows, names []string, conditions []Condition, values [][]string) error {
	if err := npz.Writable(path); err != nil {
		return err
	}
	return atomicfile.WriteTo(path, func(out io.Writer) error {
		w := csv.NewWriter(out)
		if kindOf(path) == ".tsv" {
			w.Comma = '\t'
		}
		header := append([]string(nil), names...)
		for j := len(header); j < points.Dim; j++ {
			header = append(header, fmt.Sprintf("x%d", j))
		}
		for _, c := range conditions {
			header = append(header, c.Name)
		}
		if err := w.Write(header); err != nil {
			return err
		}
		for i := range points.n() {
			var row []string
			for _, v := range points.X[i*points.Dim : (i+1)*points.Dim] {
				row = append(row, labelOf(v))
			}
			if err := w.Write(append(row, values[i]...)); err != nil {
				return err
			}
		}
		w.Flush()
		return w.Error()
	})
}
