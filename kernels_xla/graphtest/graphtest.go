// Package graphtest has what tests of graphs share: the Go backend, opened once, and numbers held against each other.
package graphtest

import (
	"math"
	"sync"
	"testing"

	"github.com/gomlx/compute"
	_ "github.com/gomlx/compute/gobackend"
	"gonum.org/v1/gonum/diff/fd"
)

// A tensor belongs to the backend that used it first, so that all tests of a package share one.
var (
	parallel   = sync.OnceValues(func() (compute.Backend, error) { return compute.NewWithConfig("go:parallelism=-1") })
	sequential = sync.OnceValues(func() (compute.Backend, error) { return compute.NewWithConfig("go:ops_sequential") })
)

// Backend is the Go backend, without its limit on parallelism, as package device opens it.
func Backend(tb testing.TB) compute.Backend {
	tb.Helper()
	b, err := parallel()
	OK(tb, err)
	return b
}

// Sequential is the Go backend that does one operation after the other: small graphs lose more to scheduling than they gain
// from running in parallel.
func Sequential(tb testing.TB) compute.Backend {
	tb.Helper()
	b, err := sequential()
	OK(tb, err)
	return b
}

// Differences is the gradient of f at x by central differences.
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

// OK ends a test where there is an error.
func OK(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}
