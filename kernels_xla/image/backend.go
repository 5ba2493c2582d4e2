package image

import (
	"strings"

	"github.com/gomlx/gomlx/core/graph"
)

// onGo tells whether x's graph is compiled by GoMLX's Go backend, whose name is "Go Backend". It is the only question
// this package asks about backends: whatever has a form of its own for the Go backend branches on it.
func onGo(x *graph.Node) bool {
	return strings.HasPrefix(x.Graph().Backend().Name(), "Go")
}
