package image

import "github.com/gomlx/gomlx/core/graph"

// nativeWithAdjoints gives value, the backend's own 3x3 convolution of x with stride 1, derivatives that are fast on ONNX
// Runtime. With v the adjoint of y,
//
//	dx = v convolved with the kernel turned by 180 degrees, channels and filters exchanged
//	dK_ij = sum over n, h, w of x(n, h+i-1, w+j-1)ᵀ v(n, h, w)
//
// The second is a product for each tap; where the layer narrows, v is moved instead of x, see kernelAdjoint.
// GoMLX's own dK is a convolution that has the batch for its channels and v for a kernel as large as the map.
func nativeWithAdjoints(x, kernel, value *graph.Node) *graph.Node {
	return withAdjoints(x, kernel, value,
		func(v *graph.Node) *graph.Node { return convNative(v, turned(kernel), 1) },
		func(v *graph.Node) *graph.Node {
			if v.Shape().Dim(3) < x.Shape().Dim(3) {
				return kernelAdjoint(x, v)
			}
			return kernelAdjointByTaps(x, v)
		})
}

// turned is the kernel [3, 3, C, O] with its taps in reverse order and channels and filters exchanged, [3, 3, O, C].
func turned(kernel *graph.Node) *graph.Node {
	channels, filters := kernel.Shape().Dim(2), kernel.Shape().Dim(3)
	flat := graph.Reshape(kernel, 9, channels, filters)
	var taps []*graph.Node
	for k := range 9 {
		taps = append(taps, graph.Slice(flat, graph.AxisRange(8-k, 9-k)))
	}
	return graph.Reshape(graph.Transpose(graph.Concatenate(taps, 0), 1, 2), 3, 3, filters, channels)
}

// kernelAdjointByTaps is dK, [3, 3, C, O], a product for each tap: unlike kernelAdjoint it needs a copy of x at a time
// only, not nine of v at once.
func kernelAdjointByTaps(x, v *graph.Node) *graph.Node {
	_, h, w, channels := mapShape("kernelAdjointByTaps", x)
	filters := v.Shape().Dim(3)
	for _, axis := range []int{1, 2} {
		zeros := zerosAlong(x, axis, 1)
		x = graph.Concatenate([]*graph.Node{zeros, x, zeros}, axis)
	}
	adjoint := graph.Reshape(v, -1, filters)
	var taps []*graph.Node
	for i := range 3 {
		for j := range 3 {
			seen := graph.Reshape(graph.Slice(x, graph.AxisRange(), graph.AxisRange(i, i+h), graph.AxisRange(j, j+w)), -1, channels)
			taps = append(taps, graph.MatMul(graph.Transpose(seen, 0, 1), adjoint))
		}
	}
	return graph.Reshape(graph.Concatenate(taps, 0), 3, 3, channels, filters)
}
