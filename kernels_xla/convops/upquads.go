package convops

import "github.com/gomlx/gomlx/core/graph"

// convQuads computes the convolution of the doubled map, as convPhases does, in the form that is fast where the
// backend's own convolution is fast: the four phases are the filters of a single 2x2 convolution of x, [2, 2, C, 4
// O], padded by one zero. At position (h, w) of its H+1 rows and W+1 columns it sees the rows h-1 and h and the
// columns w-1 and w of x, which phase (a, b) sees at the output (h-a, w-b). With v4 the adjoint in that order,
//
//	dx = v4 convolved with the kernel turned by 180 degrees, filters and channels exchanged
//	dK_rs = sum over n, h, w of x(n, h+r-1, w+s-1)ᵀ v4(n, h, w)
//
// where the second is one product, [4C, N (H+1) (W+1)] by [N (H+1) (W+1), 4 O].
func convQuads(x, kernel *graph.Node) *graph.Node {
	channels, filters := kernel.Shape().Dim(2), kernel.Shape().Dim(3)
	quads := graph.Reshape(phaseKernels(kernel), 4, 4, channels, filters)
	quads = graph.Reshape(graph.TransposeAllAxes(quads, 1, 2, 0, 3), 2, 2, channels, 4*filters)
	padded := padOnce(x)
	y := graph.Convolve(padded, quads).NoPadding().Done()
	return withAdjoints(x, quads, gatherPhases(y),
		func(v *graph.Node) *graph.Node {
			flat := graph.Reshape(quads, 4, channels, 4*filters)
			turned := graph.Transpose(graph.Reverse(flat, 0), 1, 2)
			return graph.Convolve(spreadPhases(v), graph.Reshape(turned, 2, 2, 4*filters, channels)).NoPadding().Done()
		},
		func(v *graph.Node) *graph.Node {
			_, h, w, _ := mapShape("convQuads", x)
			var seen []*graph.Node
			for tap := range 4 {
				r, s := tap/2, tap%2
				seen = append(seen, graph.Slice(padded, graph.AxisRange(), graph.AxisRange(r, r+h+1), graph.AxisRange(s, s+w+1)))
			}
			dk := graph.DotGeneral(
				graph.Reshape(graph.Concatenate(seen, -1), -1, 4*channels), []int{0}, nil,
				graph.Reshape(spreadPhases(v), -1, 4*filters), []int{0}, nil)
			return graph.Reshape(dk, 2, 2, channels, 4*filters)
		})
}

// padOnce pads the map x with a zero on every side.
func padOnce(x *graph.Node) *graph.Node {
	one := graph.PadAxis{Start: 1, End: 1}
	return graph.Pad(x, graph.ScalarZero(x.Graph(), x.DType()), graph.PadAxis{}, one, one, graph.PadAxis{})
}

// gatherPhases turns y [N, H+1, W+1, 4 O], which has phase (a, b) of the output (h, w) at (h+a, w+b), into the output
// [N, 2H, 2W, O].
func gatherPhases(y *graph.Node) *graph.Node {
	_, height, width, all := mapShape("gatherPhases", y)
	h, w, filters := height-1, width-1, all/4
	var phases []*graph.Node
	for phase := range 4 {
		a, b := phase/2, phase%2
		phases = append(phases, graph.Slice(y, graph.AxisRange(), graph.AxisRange(a, a+h), graph.AxisRange(b, b+w), graph.AxisRange(phase*filters, (phase+1)*filters)))
	}
	return interleave(phases)
}

// spreadPhases is the adjoint of gatherPhases.
func spreadPhases(v *graph.Node) *graph.Node {
	n, height, width, filters := mapShape("spreadPhases", v)
	h, w := height/2, width/2
	split := graph.Reshape(v, n, h, 2, w, 2, filters)
	var phases []*graph.Node
	for phase := range 4 {
		a, b := phase/2, phase%2
		part := graph.Slice(split, graph.AxisRange(), graph.AxisRange(), graph.AxisElem(a), graph.AxisRange(), graph.AxisElem(b))
		phases = append(phases, graph.Pad(graph.Reshape(part, n, h, w, filters), graph.ScalarZero(v.Graph(), v.DType()),
			graph.PadAxis{}, graph.PadAxis{Start: a, End: 1 - a}, graph.PadAxis{Start: b, End: 1 - b}, graph.PadAxis{}))
	}
	return graph.Concatenate(phases, -1)
}
