//go:build cgo && !noxla && ((linux && arm64) || (darwin && arm64) || (windows && amd64))

package device

import "errors"

var installCUDA = func(lib, version string) error {
	return errors.New("go-xla installs CUDA on Linux with an amd64 processor only")
}
