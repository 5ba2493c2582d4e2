package convops

import "github.com/gomlx/gomlx/core/graph"

// convShifted computes the 3x3 convolution with stride 1, multiplying before it shifts: it multiplies x by each row
// of the kernel, [N*H*W, C] by [C, 3O], shifts the three results along the height and adds them, and then does the
// same along the width. It moves 3O values per position where [convColumns] moves 9C, so it is the better form for a
// layer that does not widen, and by far for the last layer of a decoder with its three filters.
func convShifted(x, kernel *graph.Node) *graph.Node {
	dims := x.Shape().Dimensions
	channels, filters := dims[3], kernel.Shape().Dim(3)
	flat := graph.Reshape(x, -1, channels)
	rows := graph.Transpose(kernel, 1, 2) // [3, C, 3, O]: row of the kernel, channel, column of the kernel, filter

	// y(h) takes kernel row i from x(h+i-1), so the product with row i moves by 1-i.
	var sum *graph.Node
	for i := range 3 {
		row := graph.Reshape(graph.Slice(rows, graph.AxisElem(i)), channels, 3*filters)
		product := graph.Reshape(graph.MatMul(flat, row), dims[0], dims[1], dims[2], 3*filters)
		sum = addTo(sum, tap(product, 1, i-1, 1))
	}
	var y *graph.Node
	for j := range 3 {
		column := graph.Slice(sum, graph.AxisRange(), graph.AxisRange(), graph.AxisRange(), graph.AxisRange(j*filters, (j+1)*filters))
		y = addTo(y, tap(column, 2, j-1, 1))
	}
	return y
}

func addTo(sum, x *graph.Node) *graph.Node {
	if sum == nil {
		return x
	}
	return graph.Add(sum, x)
}
