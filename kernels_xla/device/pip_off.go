//go:build cgo && !noxla && ((linux && arm64) || (darwin && arm64) || (windows && amd64))

package device

import (
	"context"
	"errors"
)

var errNoWheel = errors.New("its packages are for Linux on amd64 only")

func fetchLibrary(context.Context, wheel, string, func(bytes, total int64)) (fetched, error) {
	return fetched{}, errNoWheel
}

func fetchCUDA(context.Context, string, func(bytes, total int64)) error { return errNoWheel }
