// Package export writes the trained model of a run for programs other than this one, and takes its weights back.
//
//	ONNX         a folder with one .onnx file a program, which any ONNX Runtime opens: in Python, in Node, in a browser
//	StableHLO    a folder with one .mlir file a program, for XLA's compilers; the weights are arguments
//	Safetensors  one file with the weights under their names, for PyTorch and JAX
//	Import       a new run from such a file
//
// Which programs a model has, and what they take and give, is in the documentation of Programs of its package:
// gomlx_models/hgn, hnn, nhf, rnvp. A folder also has programs.json, which describes them; see [Index]. Every file is
// written whole or not at all, and nothing is written before everything could be made.
package export
