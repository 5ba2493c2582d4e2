//go:build cgo && !noxla && linux && amd64

package device

import (
	"os"
	"testing"
)

// TestMain lets the test program inspect plugins in processes of its own, as hgn does, and hides the pip of the machine from
// the tests: none of them uses the network.
func TestMain(m *testing.M) {
	ServeInspection()
	pips = nil
	os.Exit(m.Run())
}
