package convops

import "github.com/gomlx/gomlx/core/graph"

// convWithAdjoints gives value, the 3x3 convolution of x with stride 1 in any form, derivatives that are fast on the
// Go backend. They treat all maps as one long list of positions, in which every map gets an extra row and column of
// zeros. The neighbours of a position are then at nine fixed distances, whatever map or row it is in, and the
// neighbours of all positions at once are the list itself, moved. With K_k tap k of the kernel, s_k its distance and
// v the adjoint of y,
//
//	y(t) = sum over k of x(t + s_k) K_k
//	dx(t) = sum over k of v(t - s_k) K_kᵀ
//	dK_k = sum over t of x(t)ᵀ v(t - s_k)
//
// so that each derivative is one matrix product with the nine moved lists of v side by side, and only x is
// transposed. Padding moves a list in whole blocks. The derivatives that GoMLX makes of the value's forms pad and add
// for each slice and transpose the columns, which takes 1.5 times as long in all.
func convWithAdjoints(x, kernel, value *graph.Node) *graph.Node {
	channels, filters := kernel.Shape().Dim(2), kernel.Shape().Dim(3)
	return withAdjoints(x, kernel, value,
		func(v *graph.Node) *graph.Node {
			taps := graph.Reshape(graph.Transpose(graph.Reshape(kernel, 9, channels, filters), 1, 2), 9*filters, channels)
			return unlist(graph.MatMul(moved(v), taps), x)
		},
		func(v *graph.Node) *graph.Node { return kernelAdjoint(x, v) })
}

// kernelAdjoint computes dK, [3, 3, C, O], as one product.
func kernelAdjoint(x, v *graph.Node) *graph.Node {
	channels, filters := x.Shape().Dim(3), v.Shape().Dim(3)
	dk := graph.MatMul(graph.Transpose(list(x, 0), 0, 1), moved(v))
	return graph.Reshape(graph.Transpose(graph.Reshape(dk, channels, 9, filters), 0, 1), 3, 3, channels, filters)
}

// moved returns, side by side, the nine lists that hold v(t - s_k) at every position t: [positions, 9 O].
func moved(v *graph.Node) *graph.Node {
	row := v.Shape().Dim(2) + 1
	var lists []*graph.Node
	for i := range 3 {
		for j := range 3 {
			lists = append(lists, list(v, (i-1)*row+(j-1)))
		}
	}
	return graph.Concatenate(lists, -1)
}

// list lays the maps x [N, H, W, C], with a row and a column of zeros behind each, into one list and moves it towards
// its end by a distance of at most a row and a position either way: [(N + extra) (H+1) (W+1), C]. At distance 0,
// position (h, w) of a map lies where (h+1, w+1) would be, which leaves room to move; extra maps of zeros leave room
// at the end.
func list(x *graph.Node, distance int) *graph.Node {
	n, h, w, c := mapShape("list", x)
	size := (h + 1) * (w + 1)
	zero := graph.ScalarZero(x.Graph(), x.DType())
	framed := graph.Pad(x, zero, graph.PadAxis{}, graph.PadAxis{End: 1}, graph.PadAxis{End: 1}, graph.PadAxis{})
	front := w + 2 + distance
	return graph.Pad(graph.Reshape(framed, n*size, c), zero, graph.PadAxis{Start: front, End: extraMaps(h, w)*size - front}, graph.PadAxis{})
}

// extraMaps returns the number of zero maps in a list: enough for the longest move both ways.
func extraMaps(h, w int) int {
	size := (h + 1) * (w + 1)
	return (2*(w+2) + size - 1) / size
}

// unlist takes the maps, as many and as large as those of like, out of a list [positions, C].
func unlist(y, like *graph.Node) *graph.Node {
	n, h, w, _ := mapShape("unlist", like)
	y = graph.Reshape(y, n+extraMaps(h, w), h+1, w+1, -1)
	return graph.Slice(y, graph.AxisRange(0, n), graph.AxisRange(1), graph.AxisRange(1))
}
