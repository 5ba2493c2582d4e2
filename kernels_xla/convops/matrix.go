package convops

import (
	"fmt"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

// maxMatrix bounds the number of entries of a [ConvMatrix]: 64 MiB in float32.
const maxMatrix = 1 << 24

// ConvMatrix is the matrix of a convolution on maps of height x width: with x [N, H, W, C] flattened to [N, H*W*C], x
// times the matrix is the output map [N, H', W', O], flattened likewise. The kernel is [k, k, C, O] with k of 1, 2 or
// 3, H' = ceil(H/stride), W' = ceil(W/stride) and, with zeros outside the map,
//
//	y[n, h, w, o] = sum over i, j, c of x[n, stride h + i - (k-1)/2, stride w + j - (k-1)/2, c] kernel[i, j, c, o]
//
// where (k-1)/2 is rounded down. So a 3x3 kernel is centred, as in [Conv3x3] and [Conv3x3Stride2], and a 2x2 kernel
// sees a position and the ones after it; with stride 2 these are the blocks of 2x2 on a map of even size.
//
// The matrix is differentiable by the kernel any number of times, and so is [Product] by both factors: this is the
// convolution to use inside a Hamiltonian, which training differentiates twice. It suits the small maps of a latent
// state, where no form is faster: on 4x4 maps with 64 channels it needs more than twice the multiplications of the
// sum above, but not a single copy of a neighbour. Making the matrix costs more than a product with it, so a caller
// that evaluates a network many times in a graph should make it once.
func ConvMatrix(kernel *graph.Node, height, width, stride int) *graph.Node {
	k := kernel.Shape()
	if k.Rank() != 4 || k.Dim(0) != k.Dim(1) || k.Dim(0) < 1 || k.Dim(0) > 3 {
		panic(fmt.Errorf("convops.ConvMatrix: the kernel must be [k, k, channels, filters] with k at most 3, got %s", k))
	}
	size, channels, filters := k.Dim(0), k.Dim(2), k.Dim(3)
	outHeight, outWidth := (height+stride-1)/stride, (width+stride-1)/stride
	in, out := height*width, outHeight*outWidth
	if in*channels*out*filters > maxMatrix {
		panic(fmt.Errorf("convops.ConvMatrix: a map of %dx%d is too large for a matrix from %d to %d channels; "+
			"bring it down with strided layers before the Hamiltonian", height, width, channels, filters))
	}
	taps := tensors.FromFlatDataAndDimensions(tapsBetween(size, height, width, stride), in*out, size*size)
	m := graph.MatMul(
		graph.ConvertDType(graph.Const(kernel.Graph(), taps), kernel.DType()),
		graph.Reshape(kernel, size*size, channels*filters))
	m = graph.Transpose(graph.Reshape(m, in, out, channels, filters), 1, 2)
	return graph.Reshape(m, in*channels, out*filters)
}

// tapsBetween returns a row of k*k entries for every pair of an input and an output position, in that order: 1 at the
// tap of the kernel through which the output sees the input, 0 elsewhere.
func tapsBetween(k, height, width, stride int) []float32 {
	outHeight, outWidth := (height+stride-1)/stride, (width+stride-1)/stride
	var taps []float32
	for h := range height {
		for w := range width {
			for outH := range outHeight {
				for outW := range outWidth {
					row := make([]float32, k*k)
					i, j := h-stride*outH+(k-1)/2, w-stride*outW+(k-1)/2
					if i >= 0 && i < k && j >= 0 && j < k {
						row[i*k+j] = 1
					}
					taps = append(taps, row...)
				}
			}
		}
	}
	return taps
}
