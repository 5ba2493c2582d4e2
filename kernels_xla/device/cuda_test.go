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

// TestInstallCUDA: the new plugin takes the place of the one before; where it fails, or leaves what cannot be loaded, the
// one before comes back, that of an installation that was cut off too.
func TestInstallCUDA(t *testing.T) {
	library, err := os.ReadFile(standIn(t))
	if err != nil {
		t.Fatal(err)
	}
	const name = "pjrt_c_api_cuda_plugin.so"
	for what, c := range map[string]struct {
		before  string // where a plugin was: "nvidia", or ".nvidia-before" of an installation that was cut off; or ""
		version string
		asked   string
		install func(folder string) error
		want    string // part of the error, "" for success
	}{
		"first":    {"", "", "latest", func(folder string) error { write(t, filepath.Join(folder, name), library); return nil }, ""},
		"replaces": {"nvidia", "0.8.0", "0.8.0", func(folder string) error { write(t, filepath.Join(folder, name), library); return nil }, ""},
		"fails": {"nvidia", "", "latest", func(folder string) error {
			write(t, filepath.Join(folder, name), library[:99])
			return errors.New("no network")
		}, "could not be downloaded: no network"},
		"panics":         {"nvidia", "", "latest", func(string) error { panic("oh no") }, "could not be downloaded: oh no"},
		"cannot be used": {"nvidia", "", "latest", func(folder string) error { write(t, filepath.Join(folder, name), []byte("junk")); return nil }, "is not a shared library"},
		"cut off before": {".nvidia-before", "", "latest", func(string) error { return errors.New("no network") }, "no network"},
	} {
		t.Run(what, func(t *testing.T) {
			lib := home(t)
			asked := ""
			withGPU(t, func(to, version string) error {
				if asked = version; to != lib {
					t.Errorf("installed in %s", to)
				}
				if _, err := os.Lstat(filepath.Join(lib, "nvidia")); !errors.Is(err, os.ErrNotExist) {
					t.Error("the folder before is in the way")
				}
				return c.install(filepath.Join(lib, "nvidia"))
			})
			if c.before != "" {
				write(t, filepath.Join(lib, c.before, "before"), nil)
			}
			path, err := Install(context.Background(), Installation{Plugin: "cuda", Version: c.version})
			_, kept := os.Stat(filepath.Join(lib, "nvidia", "before"))
			if c.want == "" {
				if err != nil || path != filepath.Join(lib, "nvidia", name) || kept == nil {
					t.Errorf("installed %q, %v; the one before is there: %v", path, err, kept == nil)
				}
			} else if err == nil || !strings.Contains(err.Error(), c.want) || kept != nil {
				t.Errorf("%v, want %q; the one before: %v", err, c.want, kept)
			}
			if asked != c.asked {
				t.Errorf("version %q was asked for, want %q", asked, c.asked)
			}
			if _, err := os.Lstat(filepath.Join(lib, ".nvidia-before")); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the folder aside was left: %v", err)
			}
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
