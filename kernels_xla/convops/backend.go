package convops

import (
	"strings"

	"github.com/gomlx/gomlx/core/graph"
)

// onGo tells whether x's graph is compiled by GoMLX's Go backend, whose name is "Go Backend". This, onONNX and
// onXLACPU are the only questions this package asks about backends: whatever has a form of its own for one of them branches
// on them.
func onGo(x *graph.Node) bool {
	return strings.HasPrefix(x.Graph().Backend().Name(), "Go")
}

// onONNX tells whether x's graph is compiled by ONNX Runtime, whose backend's name is "onnxruntime".
func onONNX(x *graph.Node) bool {
	return strings.HasPrefix(x.Graph().Backend().Name(), "onnx")
}

// onXLACPU tells whether x's graph is compiled by XLA for a CPU: the backend's name is "xla", and its devices are called
// "cpu:0" and so on, where a GPU's plugin says "cuda:0" or the like.
func onXLACPU(x *graph.Node) bool {
	b := x.Graph().Backend()
	return b.Name() == "xla" && strings.HasPrefix(strings.ToLower(b.DeviceDescription(0)), "cpu")
}
