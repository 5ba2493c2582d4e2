//go:build !(cgo && !noxla && linux && (amd64 || arm64))

package standin

import (
	"testing"

	"github.com/gomlx/compute"
)

// Backend is GoMLX's XLA backend on the stand-in.
type Backend struct {
	compute.Backend
	programs string
}

// Open skips the test: this binary has no XLA backend, or the stand-in is not built for its platform.
func Open(tb testing.TB, devices int) *Backend {
	tb.Helper()
	tb.Skip("lowering is tested on Linux, in binaries with cgo and XLA")
	return nil
}
