//go:build cgo && !noxla && ((linux && arm64) || (darwin && arm64) || (windows && amd64))

package device

import "errors"

func installCUDA(string) error {
	return errors.New("go-xla installs CUDA on Linux with an amd64 processor only")
}
