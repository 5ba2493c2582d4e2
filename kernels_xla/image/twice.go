package image

import (
	"fmt"

	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

// maxTwice bounds the constant of Conv3x3SameTwice, which has 9 (H W)^2 entries: at 16x16 it has 590 thousand.
const maxTwice = 256

// Conv3x3SameTwice computes what [Conv3x3] computes and is differentiable twice, so it may appear inside a Hamiltonian:
// it is made of products with tensors only. With S[k, s, t] = 1 where position t is neighbour k of position s,
//
//	y[n, s, o] = bias[o] + sum over k, t, c of S[k, s, t] x[n, t, c] kernel[k, c, o]
//
// It is meant for small latent maps, H*W <= 256: the cost grows with (H W)^2.
func Conv3x3SameTwice(x, kernel, bias *graph.Node) *graph.Node {
	channels, filters := checkConv("Conv3x3SameTwice", x, kernel, bias)
	batch, height, width := x.Shape().Dim(0), x.Shape().Dim(1), x.Shape().Dim(2)
	size := height * width
	if size > maxTwice {
		panic(fmt.Errorf("image.Conv3x3SameTwice: the map %dx%d is too large (at most %d positions); "+
			"bring it down with strided layers before the Hamiltonian", height, width, maxTwice))
	}
	shift := graph.ConvertDType(graph.Const(x.Graph(), tensors.FromFlatDataAndDimensions(shifts(height, width), 9, size, size)), x.DType())
	products := graph.Einsum("ntc,kco->nkto", graph.Reshape(x, batch, size, channels), graph.Reshape(kernel, 9, channels, filters))
	y := graph.Einsum("kst,nkto->nso", shift, products)
	return addBias(graph.Reshape(y, batch, height, width, filters), bias)
}

// shifts is S above, flat: nine matrices of size [H*W, H*W], one a kernel tap in row-major order.
func shifts(height, width int) []float32 {
	size := height * width
	s := make([]float32, 9*size*size)
	for i := range 3 {
		for j := range 3 {
			for h := range height {
				for w := range width {
					fromH, fromW := h+i-1, w+j-1
					if fromH < 0 || fromH >= height || fromW < 0 || fromW >= width {
						continue
					}
					s[((i*3+j)*size+h*width+w)*size+fromH*width+fromW] = 1
				}
			}
		}
	}
	return s
}
