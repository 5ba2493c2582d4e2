//go:build cgo && !noxla && ((linux && (amd64 || arm64)) || (darwin && arm64) || (windows && amd64))

package device

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
)

var errNoGPU = errors.New("there is no NVIDIA GPU on this machine (no /dev/nvidia0), so that the CUDA plugin cannot be tried: install cpu instead")

// usable returns an error if a library cannot serve as a plugin. Loading a truncated one can end the process, so
// usable reads it first, and then starts it, in a separate process if possible.
func usable(ctx context.Context, library, kindWanted string) error {
	wrong := func(format string, args ...any) error {
		return &inputError{fmt.Errorf("%s %w", filepath.Base(library), fmt.Errorf(format, args...))}
	}
	if kind := deviceKind(library); kind != "" && kind != kindWanted {
		return wrong("is the plugin %q, not %q", kind, kindWanted)
	}
	if runtime.GOOS == "linux" {
		if err := checkELF(library, "GetPjrtApi"); err != nil {
			return wrong("%w", err)
		}
	}
	if kindWanted == "cuda" && !hasGPU() {
		return &inputError{errNoGPU}
	}
	if seen := inspect(ctx, library); seen.Error != "" {
		return wrong("cannot be used: %s", strings.ReplaceAll(seen.Error, filepath.Dir(library)+string(filepath.Separator), ""))
	}
	return nil
}
