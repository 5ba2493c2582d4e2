//go:build cgo && !noxla && linux && amd64

package device

import "github.com/gomlx/go-xla/installer"

// installCUDA installs the plugin of JAX's Python package and NVIDIA's libraries below lib/nvidia.
func installCUDA(lib string) error {
	return installer.CudaInstall("cuda13", "latest", lib, false, installer.Quiet)
}
