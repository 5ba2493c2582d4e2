package convops

import (
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

// UpConv3x3 doubles a map and convolves it with a 3x3 kernel, Conv3x3(Upsample2(x), kernel, bias): x [N, H, W, C] to
// [N, 2H, 2W, O]. Kernel and bias are as in [Conv3x3]. It is differentiable once.
func UpConv3x3(x, kernel, bias *graph.Node) *graph.Node {
	checkConv("UpConv3x3", x, kernel, bias)
	switch {
	case onGo(x) || onONNX(x):
		return addBias(convPhases(x, kernel), bias)
	case onXLACPU(x):
		return addBias(convQuads(x, kernel), bias)
	}
	return Conv3x3(Upsample2(x), kernel, bias)
}

// convPhases computes the convolution of the doubled map without making that map. An output at row 2h + a and column
// 2w + b, with a and b 0 or 1, sees nine values of the doubled map, which are copies of only four of x: those at rows
// h + a - 1 + r and columns w + b - 1 + s with r and s 0 or 1. So each of the four phases (a, b) of the output is a
// convolution of x with a 2x2 kernel whose taps are sums of the kernel's taps: 4/9 of the multiplications.
//
// It makes the products and derivatives as [convWithAdjoints] does, with lists of the small map.
func convPhases(x, kernel *graph.Node) *graph.Node {
	channels, filters := kernel.Shape().Dim(2), kernel.Shape().Dim(3)
	taps := phaseKernels(kernel)
	return withAdjoints(x, taps, phasesValue(x, kernel, taps),
		func(v *graph.Node) *graph.Node {
			byFilter := graph.Reshape(graph.Transpose(taps, 1, 2), 16*filters, channels)
			return unlist(graph.MatMul(movedPhases(v), byFilter), x)
		},
		func(v *graph.Node) *graph.Node {
			d := graph.MatMul(graph.Transpose(list(x, 0), 0, 1), movedPhases(v))
			return graph.Transpose(graph.Reshape(d, channels, 16, filters), 0, 1)
		})
}

// phasesValue computes the value: by a product for each phase on the Go backend, and by the plain form on ONNX
// Runtime, whose own convolution takes less time than the products with their copies.
func phasesValue(x, kernel, taps *graph.Node) *graph.Node {
	if !onGo(x) {
		return convNative(Upsample2(x), kernel, 1)
	}
	channels, filters, width := kernel.Shape().Dim(2), kernel.Shape().Dim(3), x.Shape().Dim(2)
	var phases []*graph.Node
	for phase := range 4 {
		var lists []*graph.Node
		for tap := range 4 {
			lists = append(lists, list(x, -phaseDistance(phase, tap, width)))
		}
		ofPhase := graph.Reshape(graph.Slice(taps, graph.AxisRange(4*phase, 4*phase+4)), 4*channels, filters)
		phases = append(phases, unlist(graph.MatMul(graph.Concatenate(lists, -1), ofPhase), x))
	}
	return interleave(phases)
}

// phaseKernels returns the 2x2 kernels of the four phases, [16, C, O], with a row for each phase and, within it, each
// tap.
func phaseKernels(kernel *graph.Node) *graph.Node {
	channels, filters := kernel.Shape().Dim(2), kernel.Shape().Dim(3)
	sums := graph.Const(kernel.Graph(), tensors.FromFlatDataAndDimensions(phaseTaps(), 16, 9))
	taps := graph.MatMul(graph.ConvertDType(sums, kernel.DType()), graph.Reshape(kernel, 9, channels*filters))
	return graph.Reshape(taps, 16, channels, filters)
}

// phaseTaps returns a row of nine entries for each of the four phases (a, b) and, within it, each of the four taps
// (r, s): 1 at the taps of the 3x3 kernel that this tap sums, 0 elsewhere.
func phaseTaps() []float32 {
	var taps []float32
	for phase := range 4 {
		for tap := range 4 {
			for i := range 3 {
				for j := range 3 {
					part := float32(0)
					if (phase/2+i+1)/2 == phase/2+tap/2 && (phase%2+j+1)/2 == phase%2+tap%2 {
						part = 1
					}
					taps = append(taps, part)
				}
			}
		}
	}
	return taps
}

// phaseDistance returns how far behind a position lies the neighbour that a phase sees with a tap, in a list of maps
// of the given width.
func phaseDistance(phase, tap, width int) int {
	return (phase/2+tap/2-1)*(width+1) + phase%2 + tap%2 - 1
}

// movedPhases returns, side by side for the phases of v and their taps, the list of the phase moved by the distance
// of the tap: v(t - s) at every position t of the small map, [positions, 16 O].
func movedPhases(v *graph.Node) *graph.Node {
	n, height, width, filters := mapShape("movedPhases", v)
	h, w := height/2, width/2
	split := graph.Reshape(v, n, h, 2, w, 2, filters)
	var lists []*graph.Node
	for phase := range 4 {
		part := graph.Slice(split, graph.AxisRange(), graph.AxisRange(), graph.AxisElem(phase/2), graph.AxisRange(), graph.AxisElem(phase%2))
		part = graph.Reshape(part, n, h, w, filters)
		for tap := range 4 {
			lists = append(lists, list(part, phaseDistance(phase, tap, w)))
		}
	}
	return graph.Concatenate(lists, -1)
}

// interleave builds a map [N, 2H, 2W, C] from its four phases [N, H, W, C].
func interleave(phases []*graph.Node) *graph.Node {
	n, h, w, c := mapShape("interleave", phases[0])
	var rows []*graph.Node
	for a := range 2 {
		even, odd := graph.Reshape(phases[2*a], n, h, w, 1, c), graph.Reshape(phases[2*a+1], n, h, w, 1, c)
		rows = append(rows, graph.Reshape(graph.Concatenate([]*graph.Node{even, odd}, 3), n, h, 1, 2*w, c))
	}
	return graph.Reshape(graph.Concatenate(rows, 2), n, 2*h, 2*w, c)
}
