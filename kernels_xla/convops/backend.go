package convops

import (
	"strings"

	"github.com/gomlx/gomlx/core/graph"
)

// onGo tells whether GoMLX's Go backend, whose name is "Go Backend", compiles x's graph. All code here that has a
// separate form for some backend branches on onGo, onONNX or onXLACPU, and on nothing else.
func onGo(x *graph.Node) bool {
	return strings.HasPrefix(x.Graph().Backend().Name(), "Go")
}

// onONNX tells whether ONNX Runtime, whose backend's name is "onnxruntime", compiles x's graph.
func onONNX(x *graph.Node) bool {
	return strings.HasPrefix(x.Graph().Backend().Name(), "onnx")
}

// onXLACPU tells whether XLA compiles x's graph for a CPU: the backend's name is then "xla" and its devices are
// called "cpu:0" and so on, while a GPU's plugin says "cuda:0" or the like.
func onXLACPU(x *graph.Node) bool {
	b := x.Graph().Backend()
	return b.Name() == "xla" && strings.HasPrefix(strings.ToLower(b.DeviceDescription(0)), "cpu")
}
