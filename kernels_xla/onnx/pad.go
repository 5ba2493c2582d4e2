//go:build cgo && !noonnx && (linux || darwin) && (amd64 || arm64)

package onnx

import (
	"errors"
	"slices"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/shapes"
)

// Pad puts fillValue before, after and between the values of x, axis by axis.
func (f *function) Pad(x, fillValue compute.Value, axes ...compute.PadAxis) (compute.Value, error) {
	shape, err := f.Shape(x)
	if err != nil {
		return nil, err
	}
	s := &steps{function: f}
	dims := slices.Clone(shape.Dimensions)
	block := func(dims []int) compute.Value { // full of fillValue
		return s.do(f.BroadcastInDim(fillValue, shapes.Make(shape.DType, dims...), nil))
	}
	for axis, pad := range axes {
		if pad.Start < 0 || pad.End < 0 || pad.Interior < 0 {
			return nil, errors.New("ONNX Runtime has no Pad of negative size, which cuts values off")
		}
		if n := dims[axis]; pad.Interior > 0 && n > 1 {
			// Reshape x from [.., n, ..] to [.., n, 1, ..], join it with [.., n, interior, ..], flatten it, and cut it
			// after its last value.
			open := slices.Insert(slices.Clone(dims), axis+1, 1)
			x = s.do(f.Reshape(x, open...))
			open[axis+1] = pad.Interior
			x = s.do(f.Concatenate(axis+1, x, block(open)))
			dims[axis] = n * (1 + pad.Interior)
			x = s.do(f.Reshape(x, dims...))
			dims[axis] -= pad.Interior
			x = s.do(f.Slice(x, make([]int, len(dims)), slices.Clone(dims), slices.Repeat([]int{1}, len(dims))))
		}
		var parts []compute.Value
		side := func(size int) {
			if size > 0 {
				d := slices.Clone(dims)
				d[axis] = size
				parts = append(parts, block(d))
			}
		}
		side(pad.Start)
		parts = append(parts, x)
		side(pad.End)
		if len(parts) > 1 {
			x = s.do(f.Concatenate(axis, parts...))
			dims[axis] += pad.Start + pad.End
		}
	}
	return x, s.err
}
