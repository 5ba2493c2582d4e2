// Package onnx is GoMLX's ONNX Runtime backend with the operators that models here need and it lacks (compute-onnx
// v0.1.0), each composed of those it has:
//
//   - Pad, without which a Slice has no gradient, is a concatenation with constants;
//   - Atan2 is a polynomial, to the precision of float32;
//   - a convolution whose input is dilated, as in the gradient of one with strides, is one of an input with zeros put
//     between its values;
//   - ScatterSum, the gradient of Gather, takes indices of any integer type;
//   - a product of a batch of vectors and a batch of matrices, or with batch axes that do not come first, is an Einsum:
//     compute-onnx makes a MatMul of it, which is another product.
//
// While, If, Bitcast and IsFinite remain missing; programs that use them fail to build, with an error that names them.
//
// ONNX Runtime is a shared library of its own, loaded when the backend is opened: see [Library]. [New] never downloads it.
package onnx
