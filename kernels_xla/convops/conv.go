package convops

import (
	"fmt"

	"github.com/gomlx/gomlx/core/graph"
)

// Conv3x3 is the 3x3 convolution with stride 1 and zeros outside the map (SAME): x [N, H, W, C] to [N, H, W, O]. The
// kernel is [3, 3, C, O]; bias is [O], or nil for none. It is differentiable once; for more, see [ConvMatrix].
func Conv3x3(x, kernel, bias *graph.Node) *graph.Node {
	channels, filters := checkConv("Conv3x3", x, kernel, bias)
	if !onGo(x) {
		y := convNative(x, kernel, 1)
		switch {
		case onONNX(x):
			y = nativeWithAdjoints(x, kernel, y, kernelAdjointByTaps)
		case onXLACPU(x):
			y = nativeWithAdjoints(x, kernel, y, kernelAdjointBySides)
		}
		return addBias(y, bias)
	}
	var y *graph.Node
	if filters <= channels {
		y = convShifted(x, kernel)
	} else {
		y = convColumns(x, kernel, 1)
	}
	return addBias(convWithAdjoints(x, kernel, y), bias)
}

// Conv3x3Stride2 is the 3x3 convolution at every second row and column: x [N, H, W, C] to [N, ceil(H/2), ceil(W/2),
// O]. The output at (h, w) is centred on the input at (2h, 2w), with zeros outside the map. The paper's encoder uses
// it to halve its maps. Kernel and bias are as in [Conv3x3]. It is differentiable once.
func Conv3x3Stride2(x, kernel, bias *graph.Node) *graph.Node {
	checkConv("Conv3x3Stride2", x, kernel, bias)
	if onGo(x) {
		return addBias(convColumns(x, kernel, 2), bias)
	}
	return addBias(convNative(x, kernel, 2), bias)
}

// convNative calls the backend's own convolution, padded by one zero on every side.
func convNative(x, kernel *graph.Node, stride int) *graph.Node {
	conv := graph.Convolve(x, kernel).PaddingPerDim([][2]int{{1, 1}, {1, 1}})
	if stride > 1 {
		conv = conv.Strides(stride)
	}
	return conv.Done()
}

func addBias(y, bias *graph.Node) *graph.Node {
	if bias == nil {
		return y
	}
	return graph.Add(y, graph.Reshape(bias, 1, 1, 1, -1))
}

// checkConv panics unless the shapes fit together, and returns the numbers of input and output channels.
func checkConv(name string, x, kernel, bias *graph.Node) (channels, filters int) {
	if x.Rank() != 4 {
		panic(fmt.Errorf("convops.%s: x must be [batch, height, width, channels], got %s", name, x.Shape()))
	}
	channels = x.Shape().Dim(3)
	if k := kernel.Shape(); k.Rank() != 4 || k.Dim(0) != 3 || k.Dim(1) != 3 || k.Dim(2) != channels {
		panic(fmt.Errorf("convops.%s: the kernel must be [3, 3, %d, filters] for x %s, got %s", name, channels, x.Shape(), k))
	}
	filters = kernel.Shape().Dim(3)
	if bias != nil && (bias.Rank() != 1 || bias.Shape().Dim(0) != filters) {
		panic(fmt.Errorf("convops.%s: the bias must be [%d] for the kernel %s, got %s", name, filters, kernel.Shape(), bias.Shape()))
	}
	return channels, filters
}
