// Package onnx is GoMLX's ONNX Runtime backend plus the operators that the models here need and that it lacks
// (compute-onnx v0.1.0). Each is composed of operators that it has:
//
//   - Pad, without which a Slice has no gradient, is a concatenation with constants;
//   - Atan2 is a polynomial, to the precision of float32;
//   - a convolution whose input is dilated, as in the gradient of one with strides, becomes one of an input with zeros
//     between its values;
//   - ScatterSum, the gradient of Gather, takes indices of any integer type;
//   - a product of a batch of vectors and a batch of matrices, or with batch axes that do not come first, is an Einsum:
//     compute-onnx would build a MatMul, which computes another product.
//
// While, If, Bitcast and IsFinite remain missing; programs that use them fail to build, with an error that names
// them.
//
// ONNX Runtime is a separate shared library, loaded when the backend is opened; see [Library]. [New] never downloads
// it.
package onnx
