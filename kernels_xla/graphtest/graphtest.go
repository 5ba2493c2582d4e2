// Package graphtest holds what tests of graphs share: the backend that they run on, opened once, and comparisons of
// numbers.
//
// Tests run on GoMLX's Go backend, or on the one that GOMLX_BACKEND names: only [Backend] decides which. A test of
// the Go backend itself takes [Go], or calls [OnlyGo].
package graphtest

import (
	"io"
	"math"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/gobackend"
	"gonum.org/v1/gonum/diff/fd"

	"hgn.local/kernels_xla/device"
)

// A tensor belongs to the backend that used it first, so all tests of a package share one backend.
var (
	opened = sync.OnceValues(func() (*device.Device, error) {
		if named() == "" {
			return goBackend()
		}
		return device.Open(device.Options{InstallTimeout: -1, Notice: io.Discard})
	})
	goBackend  = sync.OnceValues(func() (*device.Device, error) { return device.OpenGo(device.Options{Notice: io.Discard}) })
	sequential = sync.OnceValues(func() (compute.Backend, error) { return gobackend.New("ops_sequential") })
)

// named returns the value of GOMLX_BACKEND.
func named() string { return strings.TrimSpace(os.Getenv(compute.ConfigEnvVar)) }

// Device returns the device that the tests run on: the one that GOMLX_BACKEND names, or the Go backend if it names
// none. It fails the test if the named one cannot be opened.
func Device(tb testing.TB) *device.Device {
	tb.Helper()
	d, err := opened()
	OK(tb, err)
	return d
}

// Backend returns the backend of [Device].
func Backend(tb testing.TB) compute.Backend {
	tb.Helper()
	return Device(tb).Backend
}

// Sequential returns [Backend], except that the Go backend does one operation after the other: small graphs lose more
// to scheduling than they gain from running in parallel.
func Sequential(tb testing.TB) compute.Backend {
	tb.Helper()
	if !Device(tb).IsGo() {
		return Backend(tb)
	}
	b, err := sequential()
	OK(tb, err)
	return b
}

// Go returns the Go backend whatever GOMLX_BACKEND names, for tests that compare with it. A tensor that it has used
// must not be given to [Backend], nor the other way round.
func Go(tb testing.TB) compute.Backend {
	tb.Helper()
	if d := Device(tb); d.IsGo() {
		return d.Backend
	}
	d, err := goBackend()
	OK(tb, err)
	return d.Backend
}

// OnlyGo skips the test on any backend other than Go's, and says why.
func OnlyGo(tb testing.TB, why string) {
	tb.Helper()
	if d := Device(tb); !d.IsGo() {
		tb.Skipf("not on %s: %s", d.Name, why)
	}
}

// Differences computes the gradient of f at x by central differences.
func Differences(f func(x []float64) float64, x []float64) []float64 {
	return fd.Gradient(nil, f, x, &fd.Settings{Formula: fd.Central})
}

// Near reports the first entry in which got differs from want by more than the tolerance, or is not a number.
func Near(tb testing.TB, what string, got, want []float64, tolerance float64) {
	tb.Helper()
	if len(got) != len(want) {
		tb.Fatalf("%s has %d values, want %d", what, len(got), len(want))
	}
	for i := range got {
		if !(math.Abs(got[i]-want[i]) <= tolerance) {
			tb.Errorf("%s: entry %d is %.12g, want %.12g", what, i, got[i], want[i])
			return
		}
	}
}

// OK ends the test if there is an error.
func OK(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}
