package convops

import (
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/gomlx/core/graph"
)

// convColumns computes the 3x3 convolution as one matrix product ("im2col"): it lays the nine neighbours of every
// output position side by side, [N*H*W, 9C], and multiplies them by the kernel as [9C, O].
//
// It gathers the neighbours first along the width, then along the height, which takes only four slices instead of
// nine: the Go backend copies slices an element at a time, but concatenations in blocks.
func convColumns(x, kernel *graph.Node, stride int) *graph.Node {
	channels, filters := x.Shape().Dim(3), kernel.Shape().Dim(3)
	columns := neighbours(neighbours(x, 2, stride), 1, stride)
	y := Product(graph.Reshape(columns, -1, 9*channels), graph.Reshape(kernel, 9*channels, filters))
	out := columns.Shape().Dimensions
	return graph.Reshape(y, out[0], out[1], out[2], filters)
}

// neighbours concatenates along the channels, for every stride-th position of the axis, the values before it, at it
// and after it, in the order of the kernel's taps.
func neighbours(x *graph.Node, axis, stride int) *graph.Node {
	return graph.Concatenate([]*graph.Node{tap(x, axis, -1, stride), tap(x, axis, 0, stride), tap(x, axis, 1, stride)}, -1)
}

// tap returns x at positions offset, offset+stride, offset+2 stride, ... of the axis, ceil(size/stride) of them, with
// zeros outside. offset is -1, 0 or 1, stride 1 or 2.
func tap(x *graph.Node, axis, offset, stride int) *graph.Node {
	size := x.Shape().Dim(axis)
	count := (size + stride - 1) / stride
	first := offset
	if offset < 0 {
		first += stride // the position before the map is a zero, put in front below
	}
	var parts []*graph.Node
	if offset < 0 {
		parts = append(parts, zerosAlong(x, axis, 1))
		count--
	}
	inside := min(count, max(0, (size-first+stride-1)/stride))
	if inside > 0 {
		parts = append(parts, every(x, axis, first, inside, stride))
	}
	if inside < count {
		parts = append(parts, zerosAlong(x, axis, count-inside))
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return graph.Concatenate(parts, axis)
}

// every returns count positions of the axis, starting at first and stride apart.
func every(x *graph.Node, axis, first, count, stride int) *graph.Node {
	if first == 0 && stride == 1 && count == x.Shape().Dim(axis) {
		return x
	}
	ranges := make([]graph.SliceAxisSpec, x.Rank())
	for i := range ranges {
		ranges[i] = graph.AxisRange()
	}
	ranges[axis] = graph.AxisRange(first, first+(count-1)*stride+1)
	if stride > 1 {
		ranges[axis] = ranges[axis].Stride(stride)
	}
	return graph.Slice(x, ranges...)
}

// zerosAlong returns a block of zeros shaped like x except for its size along the axis.
func zerosAlong(x *graph.Node, axis, size int) *graph.Node {
	shape := shapes.Make(x.DType(), x.Shape().Dimensions...)
	shape.Dimensions[axis] = size
	return graph.Zeros(x.Graph(), shape)
}
