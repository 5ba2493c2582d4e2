//go:build !(cgo && !noonnx && (linux || darwin) && (amd64 || arm64))

package onnx

import (
	"errors"

	"github.com/gomlx/compute"
)

// Available tells whether this binary contains the backend.
const Available = false

// New fails: this binary does not contain the backend.
func New(string) (compute.Backend, error) {
	return nil, errors.New("this binary was built without ONNX Runtime (no cgo, the tag noonnx, or a platform that it is not built for)")
}
