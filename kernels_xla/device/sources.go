//go:build cgo && !noxla && ((linux && (amd64 || arm64)) || (darwin && arm64) || (windows && amd64))

package device

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/gomlx/go-xla/installer"
	"github.com/gomlx/go-xla/pjrt"
)

// cpuSources lists the sources of the CPU's plugin: go-xla's own release first, since go-xla is tested with it, then
// the Python packages that contain one.
func cpuSources() []source {
	sources := []source{{"go-xla's releases", releasedCPU}}
	for _, w := range cpuWheels {
		sources = append(sources, source{w.name + " " + w.version + " of PyPI", func(ctx context.Context, staging string, progress func(bytes, total int64)) (fetched, error) {
			return fetchLibrary(ctx, w, staging, progress)
		}})
	}
	return sources
}

// releasedCPU downloads go-xla's release. It has no published checksum, so only the archive's integrity and the
// plugin's operation are checked.
func releasedCPU(ctx context.Context, staging string, progress func(bytes, total int64)) (fetched, error) {
	platform := runtime.GOOS + "_" + runtime.GOARCH
	err := download(ctx, progress, func() error {
		return installer.CPUInstall(platform, pjrt.DefaultCPUVersion, staging, false, installer.Quiet)
	})
	if err != nil {
		return fetched{}, err
	}
	found := matching(candidates([]string{staging}), "cpu_"+pjrt.DefaultCPUVersion, pjrt.DefaultCPUVersion)
	if len(found) == 0 {
		return fetched{}, errors.New("the download holds no CPU plugin")
	}
	return fetched{library: found[0].Path}, nil
}

// cudaSources lists the sources of CUDA's plugin with NVIDIA's libraries: the pinned packages, or, for another
// version of JAX, go-xla's own installer, which takes the latest of NVIDIA's libraries.
func cudaSources(version string) []source {
	if version == "" {
		return []source{{cudaWheel.name + " " + cudaWheel.version + " of PyPI", func(ctx context.Context, staging string, progress func(bytes, total int64)) (fetched, error) {
			return cudaTree(staging, func(lib string) error {
				return fetchCUDA(ctx, lib, progress)
			})
		}}}
	}
	return []source{{"go-xla's installer", func(ctx context.Context, staging string, progress func(bytes, total int64)) (fetched, error) {
		return cudaTree(staging, func(lib string) error {
			return download(ctx, progress, func() error { return installCUDA(lib, version) })
		})
	}}}
}

// cudaTree has a function fill lib/nvidia with the plugin and NVIDIA's libraries, and makes the links that these
// need. The links are relative, because the tree is moved afterwards. The plugin looks for the libraries in
// ../nvidia/cu13/lib, ../nvidia/cudnn/lib and so on from its own folder, and for the assembler and libdevice in
// nvidia, where go-xla's flag xla_gpu_cuda_data_dir points.
func cudaTree(staging string, fill func(lib string) error) (fetched, error) {
	lib := filepath.Join(staging, "go-xla")
	tree := filepath.Join(lib, "nvidia")
	if err := os.MkdirAll(filepath.Join(tree, "bin"), 0o755); err != nil {
		return fetched{}, err
	}
	if err := fill(lib); err != nil {
		return fetched{}, err
	}
	for link, target := range map[string]string{"bin/ptxas": "../cu13/bin/ptxas", "nvvm": "cu13/nvvm"} {
		if err := relink(target, filepath.Join(tree, filepath.FromSlash(link))); err != nil {
			return fetched{}, err
		}
	}
	return fetched{library: filepath.Join(tree, "pjrt_c_api_cuda_plugin.so"), tree: tree}, nil
}

// fromFile is the source for a file that was brought by hand: the library itself, the release archive of the CPU's
// plugin (.tar.gz, .zip), or a Python wheel that holds a plugin.
func fromFile(file string) source {
	return source{file, func(_ context.Context, staging string, _ func(bytes, total int64)) (fetched, error) {
		info, err := os.Stat(file)
		if err != nil {
			return fetched{}, &inputError{fmt.Errorf("%s cannot be read: %w", file, bare(err))}
		}
		if !info.Mode().IsRegular() {
			return fetched{}, &inputError{fmt.Errorf("%s is not a file", file)}
		}
		library, err := unpack(file, staging)
		return fetched{library: library}, err
	}}
}
