package npz

import (
	"encoding/binary"
	"math"

	"hgn.local/pkg/badinput"
)

// Floats reads an array of float64 or float32, row-major or column-major (Fortran), as float64 in row-major order. It
// refuses NaN and infinities.
func (f *File) Floats(name string) (shape []int, data []float64, err error) {
	if shape, data, err = f.AnyFloats(name); err != nil {
		return nil, nil, err
	}
	if err := f.checkFinite(name, data); err != nil {
		return nil, nil, err
	}
	return shape, data, nil
}

// AnyFloats reads what Floats does, and leaves NaN and infinities to the caller.
func (f *File) AnyFloats(name string) (shape []int, data []float64, err error) {
	h, raw, err := f.read(name, func(h header) error {
		if h.elementBytes < 4 {
			return badinput.Errorf("%s: array %q has elements of type %s, but float64 or float32 is expected: %s", f.path, name, h.descr, h.conversion("float64"))
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	data = decoded(h, raw)
	if h.columnMajor {
		data = rowMajor(h.shape, data)
	}
	return h.shape, data, nil
}

// decoded returns the elements of an array of floats, in the order in which they are stored.
func decoded(h header, raw []byte) []float64 {
	data := make([]float64, h.elements)
	for i := range data {
		if h.elementBytes == 4 {
			data[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(raw[4*i:])))
		} else {
			data[i] = math.Float64frombits(binary.LittleEndian.Uint64(raw[8*i:]))
		}
	}
	return data
}

// checkFinite refuses NaN and infinities.
func (f *File) checkFinite(name string, data []float64) error {
	for i, v := range data {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return badinput.Errorf("%s: array %q holds %g at element %d; every value must be a finite number", f.path, name, v, i)
		}
	}
	return nil
}

// rowMajor reorders a column-major array, in which the first index runs fastest.
func rowMajor(shape []int, data []float64) []float64 {
	out, index := make([]float64, len(data)), make([]int, len(shape))
	for _, v := range data {
		at := 0
		for axis, i := range index {
			at = at*shape[axis] + i
		}
		out[at] = v
		for axis := range index {
			if index[axis]++; index[axis] < shape[axis] {
				break
			}
			index[axis] = 0
		}
	}
	return out
}
