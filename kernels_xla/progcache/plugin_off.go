//go:build !(cgo && !noxla && linux && (amd64 || arm64))

package progcache

import "errors"

// Attach returns an error: this binary has no cache of programs.
func Attach(string) error {
	return errors.New("there is no cache of XLA's programs without cgo or on this platform")
}

// Observe does nothing: no compiler is called through this package.
func Observe(func(text []byte)) (stop func()) { return func() {} }
