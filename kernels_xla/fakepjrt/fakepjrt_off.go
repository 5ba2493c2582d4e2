//go:build !(cgo && !noxla && linux && (amd64 || arm64))

package fakepjrt

import (
	"testing"

	"github.com/gomlx/compute"
)

// Backend is GoMLX's XLA backend on the stand-in.
type Backend struct {
	compute.Backend
	programs string
}

// Open skips the test: this binary has no XLA backend, mostly because there was no C compiler when it was built, or
// the stand-in does not support its platform.
func Open(tb testing.TB, devices int) *Backend {
	tb.Helper()
	tb.Skip("lowering is tested on Linux, in binaries with XLA: it needs a C compiler (without one Go turns cgo off) and no tag noxla")
	return nil
}
