//go:build cgo && !noxla && ((linux && (amd64 || arm64)) || (darwin && arm64) || (windows && amd64))

package device

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"github.com/gomlx/go-xla/installer"
	"github.com/gomlx/go-xla/pjrt"
)

func init() { installXLA = installPlugin }

// installPlugin does what Install says.
func installPlugin(ctx context.Context, i Installation) (path string, err error) {
	lib, err := installer.DefaultHomeLibPath()
	if err != nil {
		return "", err
	}
	folder := filepath.Join(lib, "go-xla")
	if i.Plugin == "cuda" {
		folder = filepath.Join(folder, "nvidia")
	}
	switch {
	case i.From != "":
		path, err = carried(i.From, i.Plugin, folder)
	case i.Plugin == "cuda":
		path, err = downloadCUDA(ctx, i, folder)
	default:
		path, err = downloadCPU(ctx, i, folder)
	}
	if err == nil {
		forget()
	}
	return path, err
}

// downloadCPU puts the plugin into place when it is whole and can be loaded.
func downloadCPU(ctx context.Context, i Installation, folder string) (string, error) {
	staging, err := stage(folder)
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(staging)
	platform := runtime.GOOS + "_" + runtime.GOARCH
	if err := download(ctx, i.Limit, i.Progress, func() error {
		return installer.CPUInstall(platform, pjrt.DefaultCPUVersion, staging, false, installer.Quiet)
	}); err != nil {
		return "", fmt.Errorf("XLA's CPU plugin %s could not be downloaded: %w; with a copy of it from https://github.com/%s/releases, "+
			"give --from FILE", pjrt.DefaultCPUVersion, err, installer.BinaryCPUReleasesRepo)
	}
	found := matching(candidates([]string{staging}), "cpu_"+pjrt.DefaultCPUVersion, pjrt.DefaultCPUVersion)
	if len(found) == 0 {
		return "", errors.New("the download holds no CPU plugin")
	}
	return place(found[0].Path, "cpu", folder)
}

// downloadCUDA installs CUDA's plugin and NVIDIA's libraries, some gigabytes. The installer links its files by their final
// paths, so the ones that were there before are put aside, and come back where it fails.
func downloadCUDA(ctx context.Context, i Installation, folder string) (path string, err error) {
	if !hasGPU() {
		return "", &inputError{errors.New("there is no NVIDIA GPU on this machine (no /dev/nvidia0), so that the CUDA plugin could not be used: install cpu instead")}
	}
	lib := filepath.Dir(folder)
	aside := filepath.Join(lib, ".nvidia-before")
	if err := os.MkdirAll(lib, 0o755); err != nil {
		return "", err
	}
	if _, there := os.Lstat(folder); errors.Is(there, os.ErrNotExist) {
		os.Rename(aside, folder) // of an installation that was cut off
	}
	if err := errors.Join(os.RemoveAll(aside), missingIsFine(os.Rename(folder, aside))); err != nil {
		return "", err
	}
	defer func() {
		if err == nil {
			os.RemoveAll(aside)
			return
		}
		os.RemoveAll(folder)
		os.Rename(aside, folder)
	}()
	if err := download(ctx, i.Limit, i.Progress, func() error {
		return installCUDA(lib, cmp.Or(i.Version, "latest"))
	}); err != nil {
		return "", fmt.Errorf("XLA's CUDA plugin could not be downloaded: %w; with a copy of the wheel of jax-cuda13-pjrt from PyPI and NVIDIA's libraries "+
			"installed, give --from FILE", err)
	}
	path = filepath.Join(folder, "pjrt_c_api_cuda_plugin.so")
	return path, usable(path, "cuda")
}

func missingIsFine(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// stage makes a folder beside the plugins, on the same disk.
func stage(folder string) (string, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	return os.MkdirTemp(folder, ".installing-")
}

// place moves a library into the folder, if it is a plugin that can be loaded, and makes it the one that is used.
func place(library, kindWanted, folder string) (string, error) {
	if err := usable(library, kindWanted); err != nil {
		return "", err
	}
	name := filepath.Base(library)
	extension := filepath.Ext(name)
	plain := "pjrt_c_api_" + kindWanted + "_plugin" + extension
	if kind(nameOf(name)) != kindWanted {
		name = plain
	}
	path := filepath.Join(folder, name)
	if err := errors.Join(os.Chmod(library, 0o755), synced(library)); err != nil {
		return "", err
	}
	if err := os.Rename(library, path); err != nil {
		return "", err
	}
	if name == plain {
		return path, nil
	}
	// Without a version it is looked for first, see matching.
	link := filepath.Join(filepath.Dir(library), "link")
	if err := os.Symlink(name, link); err != nil {
		return "", err
	}
	return path, os.Rename(link, filepath.Join(folder, plain))
}

func synced(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
