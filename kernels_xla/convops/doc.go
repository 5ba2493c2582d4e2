// Package convops holds operations on pictures and feature maps, each in the form that is fast on the backend in use.
//
// Feature maps are channels-last, [N, H, W, C]; a 3x3 kernel is [3, 3, C, O] and slides without being flipped
// (cross-correlation, as everywhere in deep learning). With zeros outside the map,
//
//	y[n, h, w, o] = bias[o] + sum over i, j, c of x[n, h+i-1, w+j-1, c] kernel[i, j, c, o]
//
// XLA has a fast convolution, and convops calls it. GoMLX's Go backend has none, but multiplies matrices fast. There
// the same sum is one matrix product over columns of neighbours, or, if the layer does not widen, three products
// whose results are shifted and added; the derivatives are matrix products too, and exp, which is unreliable there in
// SIMD builds, is built from expm1. ONNX Runtime also has a fast convolution, but not for the derivative by the
// kernel, which is therefore a set of matrix products. The convolution of a doubled map is computed on the map
// itself: its value on the Go backend, its derivatives on both. Every form equals the plain one to rounding,
// gradients included, and the tests check this.
//
// Two groups of operations may appear inside a Hamiltonian, whose gradient training differentiates once more:
// [Product] with a [ConvMatrix], and all activations but [Relu]. [Conv3x3], [Conv3x3Stride2] and [UpConv3x3] are
// differentiable once, which encoder and decoder need.
//
// Functions panic on wrong shapes, which is GoMLX's convention for code that builds graphs.
package convops
