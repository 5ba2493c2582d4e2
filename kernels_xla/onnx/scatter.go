//go:build cgo && !noonnx && (linux || darwin) && (amd64 || arm64)

package onnx

import (
	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
)

// ScatterSum is the gradient of Gather. It widens the indices, which ONNX Runtime requires to have 64 bits.
func (f *function) ScatterSum(operand, indices, updates compute.Value, indexVectorAxis int,
	updateWindowAxes, insertedWindowAxes, scatterAxesToOperandAxes []int, sorted, unique bool) (compute.Value, error) {
	wide, err := f.ConvertDType(indices, dtypes.Int64)
	if err != nil {
		return nil, err
	}
	return f.Function.ScatterSum(operand, wide, updates, indexVectorAxis, updateWindowAxes, insertedWindowAxes,
		scatterAxesToOperandAxes, sorted, unique)
}
