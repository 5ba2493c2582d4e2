//go:build !(cgo && !noonnx && (linux || darwin) && (amd64 || arm64))

package onnx

import (
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/program"
)

// Lower fails: this binary does not contain the backend.
func Lower(*model.Store, program.Program, int, map[string]string) ([]byte, bool, error) {
	_, err := New("")
	return nil, false, err
}
