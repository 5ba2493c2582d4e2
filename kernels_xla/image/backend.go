package image

import (
	"strings"

	"github.com/gomlx/gomlx/core/graph"
)

// onGo tells whether x's graph is compiled by GoMLX's Go backend, whose name is "Go Backend". This and onONNX are the
// only questions this package asks about backends: whatever has a form of its own for one of them branches on them.
func onGo(x *graph.Node) bool {
	return strings.HasPrefix(x.Graph().Backend().Name(), "Go")
}

// onONNX tells whether x's graph is compiled by ONNX Runtime, whose backend's name is "onnxruntime".
func onONNX(x *graph.Node) bool {
	return strings.HasPrefix(x.Graph().Backend().Name(), "onnx")
}
