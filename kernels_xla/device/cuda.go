//go:build cgo && !noxla && linux && amd64

package device

import "github.com/gomlx/go-xla/installer"

// installCUDA installs the plugin of JAX's Python package, in a given version or the "latest", and the NVIDIA
// libraries that the latest version requires, below lib/nvidia. Tests replace it.
var installCUDA = func(lib, version string) error {
	return installer.CudaInstall("cuda13", version, lib, false, installer.Quiet)
}
