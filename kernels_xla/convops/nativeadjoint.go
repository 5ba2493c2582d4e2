package convops

import "github.com/gomlx/gomlx/core/graph"

// nativeWithAdjoints gives value, the backend's own 3x3 convolution of x with stride 1, fast derivatives for backends
// whose convolution is fast while GoMLX's derivative of it is not. With v the adjoint of y,
//
//	dx = v convolved with the kernel turned by 180 degrees, channels and filters exchanged
//	dK_ij = sum over n, h, w of x(n, h+i-1, w+j-1)ᵀ v(n, h, w)
//
// byKernel computes the second by products; if the layer narrows, kernelAdjoint computes it instead and moves v
// rather than x. GoMLX's own dK is a convolution that has the batch for its channels and v for a kernel as large as
// the map.
func nativeWithAdjoints(x, kernel, value *graph.Node, byKernel func(x, v *graph.Node) *graph.Node) *graph.Node {
	return withAdjoints(x, kernel, value,
		func(v *graph.Node) *graph.Node { return convNative(v, turned(kernel), 1) },
		func(v *graph.Node) *graph.Node {
			if v.Shape().Dim(3) < x.Shape().Dim(3) {
				return kernelAdjoint(x, v)
			}
			return byKernel(x, v)
		})
}

// turned returns the kernel [3, 3, C, O] with its taps in reverse order and channels and filters exchanged, [3, 3, O,
// C].
func turned(kernel *graph.Node) *graph.Node {
	channels, filters := kernel.Shape().Dim(2), kernel.Shape().Dim(3)
	flat := graph.Reshape(kernel, 9, channels, filters)
	var taps []*graph.Node
	for k := range 9 {
		taps = append(taps, graph.Slice(flat, graph.AxisRange(8-k, 9-k)))
	}
	return graph.Reshape(graph.Transpose(graph.Concatenate(taps, 0), 1, 2), 3, 3, filters, channels)
}

// kernelAdjointByTaps computes dK, [3, 3, C, O], with one product for each tap. Unlike kernelAdjoint it needs only
// one copy of x at a time, not nine of v at once. ONNX Runtime uses this form.
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

// kernelAdjointBySides computes dK, [3, 3, C, O], as one product, in which x moves only along the width and v only
// along the height. With h' = h+i-1,
//
//	dK_ij = sum over n, h', w of x(n, h', w+j-1)ᵀ v(n, h'-i+1, w)
//
// so that three maps of x side by side, times three of v, give all nine taps: [3C, N H W] by [N H W, 3O]. XLA on a
// CPU uses this form: its products over a long list are faster the wider they are, and six copies cost less there
// than nine.
func kernelAdjointBySides(x, v *graph.Node) *graph.Node {
	channels, filters := x.Shape().Dim(3), v.Shape().Dim(3)
	var xs, vs []*graph.Node
	for i := range 3 {
		xs, vs = append(xs, movedAlong(x, 2, i-1)), append(vs, movedAlong(v, 1, 1-i))
	}
	dk := graph.DotGeneral(
		graph.Reshape(graph.Concatenate(xs, -1), -1, 3*channels), []int{0}, nil,
		graph.Reshape(graph.Concatenate(vs, -1), -1, 3*filters), []int{0}, nil)
	return graph.TransposeAllAxes(graph.Reshape(dk, 3, channels, 3, filters), 2, 0, 1, 3)
}

// movedAlong returns, at every position of the axis, the value of x at the given distance, -1, 0 or 1, behind it, and
// zero outside. XLA compiles it without a branch for each element, which tap needs.
func movedAlong(x *graph.Node, axis, distance int) *graph.Node {
	if distance == 0 {
		return x
	}
	pads, ranges := make([]graph.PadAxis, x.Rank()), make([]graph.SliceAxisSpec, x.Rank())
	for i := range ranges {
		ranges[i] = graph.AxisRange()
	}
	size := x.Shape().Dim(axis)
	pads[axis], ranges[axis] = graph.PadAxis{Start: 1}, graph.AxisRange(0, size)
	if distance > 0 {
		pads[axis], ranges[axis] = graph.PadAxis{End: 1}, graph.AxisRange(1, size+1)
	}
	return graph.Slice(graph.Pad(x, graph.ScalarZero(x.Graph(), x.DType()), pads...), ranges...)
}
