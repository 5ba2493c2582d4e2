//go:build cgo && !noxla && linux && amd64

package device

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// withGPU has the test find a GPU, and install CUDA by f instead of from the network.
func withGPU(t *testing.T, f func(lib, version string) error) {
	files, install := gpuFiles, installCUDA
	t.Cleanup(func() { gpuFiles, installCUDA = files, install })
	gpuFiles, installCUDA = []string{"/dev/null"}, f
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, content, 0o755)); err != nil {
		t.Fatal(err)
	}
}

// TestInstallCUDAVersion: with a version it is go-xla's installer that fills a staging folder, which takes the place of what
// was there; where it fails, or leaves what cannot be used, what was there stays.
func TestInstallCUDAVersion(t *testing.T) {
	library, err := os.ReadFile(standIn(t))
	if err != nil {
		t.Fatal(err)
	}
	const name = "pjrt_c_api_cuda_plugin.so"
	for what, c := range map[string]struct {
		install func(folder string) error
		want    string // part of the error, "" for success
	}{
		"replaces": {func(folder string) error { write(t, filepath.Join(folder, name), library); return nil }, ""},
		"fails": {func(folder string) error {
			write(t, filepath.Join(folder, name), library[:99])
			return errors.New("no network")
		}, "could not be had (go-xla's installer: no network)"},
		"panics":         {func(string) error { panic("oh no") }, "oh no"},
		"cannot be used": {func(folder string) error { write(t, filepath.Join(folder, name), []byte("junk")); return nil }, "is not a shared library"},
	} {
		t.Run(what, func(t *testing.T) {
			lib := home(t)
			withGPU(t, func(to, version string) error {
				if version != "0.8.0" || to == lib {
					t.Errorf("version %q was asked for, in %s", version, to)
				}
				return c.install(filepath.Join(to, "nvidia"))
			})
			before := filepath.Join(lib, "nvidia", "before")
			write(t, before, nil)
			path, err := Install(context.Background(), Installation{Plugin: "cuda", Version: "0.8.0"})
			_, kept := os.Stat(before)
			if c.want == "" {
				if err != nil || path != filepath.Join(lib, "nvidia", name) || kept == nil {
					t.Errorf("installed %q, %v; the one before is there: %v", path, err, kept == nil)
				}
			} else if err == nil || !strings.Contains(err.Error(), c.want) || kept != nil {
				t.Errorf("%v, want %q; the one before: %v", err, c.want, kept)
			}
			leftovers(t, lib)
		})
	}
}

// TestInstallCUDAFromWheel: the plugin in JAX's wheel is installed under the name that is looked for, where there is a GPU.
func TestInstallCUDAFromWheel(t *testing.T) {
	library, err := os.ReadFile(standIn(t))
	if err != nil {
		t.Fatal(err)
	}
	wheel := filepath.Join(t.TempDir(), "jax_cuda13_pjrt-0.8.0-py3-none-manylinux_2_27_x86_64.whl")
	write(t, wheel, zipped(t, "jax_plugins/xla_cuda13/xla_cuda_plugin.so", library))
	lib := home(t)
	before := gpuFiles
	gpuFiles = nil
	_, err = Install(context.Background(), Installation{Plugin: "cuda", From: wheel})
	if gpuFiles = before; err == nil || !strings.Contains(err.Error(), "no NVIDIA GPU") {
		t.Errorf("without a GPU: %v", err)
	}
	withGPU(t, nil)
	path, err := Install(context.Background(), Installation{Plugin: "cuda", From: wheel})
	if err != nil || path != filepath.Join(lib, "nvidia", "pjrt_c_api_cuda_plugin.so") {
		t.Fatalf("installed %q, %v", path, err)
	}
	if data, err := os.ReadFile(path); err != nil || !bytes.Equal(data, library) {
		t.Errorf("it is not the wheel's: %v", err)
	}
	leftovers(t, filepath.Join(lib, "nvidia"))
}
