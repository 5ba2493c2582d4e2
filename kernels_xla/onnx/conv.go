//go:build cgo && !noonnx && (linux || darwin) && (amd64 || arm64)

package onnx

import (
	"slices"

	"github.com/gomlx/compute"
)

// ConvGeneral builds a convolution. It replaces a dilated input by an input with zeros between its values.
func (f *function) ConvGeneral(input, kernel compute.Value, axes compute.ConvolveAxesConfig, strides []int, paddings [][2]int,
	inputDilations, kernelDilations []int, channelGroups, batchGroups int) (compute.Value, error) {
	shape, err := f.Shape(input)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(inputDilations, func(d int) bool { return d > 1 }) {
		pads := make([]compute.PadAxis, shape.Rank())
		for i, d := range inputDilations {
			pads[axes.InputSpatial[i]].Interior = max(d-1, 0)
		}
		s := &steps{function: f}
		zero := s.do(f.ConvertDType(s.do(f.Constant([]float32{0})), shape.DType))
		zero = s.do(f.Reshape(zero))
		if input = s.do(f.Pad(input, zero, pads...)); s.err != nil {
			return nil, s.err
		}
		inputDilations = nil
	}
	return f.Function.ConvGeneral(input, kernel, axes, strides, paddings, inputDilations, kernelDilations, channelGroups, batchGroups)
}
