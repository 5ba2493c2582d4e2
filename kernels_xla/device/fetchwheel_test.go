//go:build cgo && !noxla && linux && amd64

package device

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hgn.local/kernels_xla/onnx"
)

// stubPip stands for python3 -m pip: it copies the wheel that it is asked for from $WHEELS, unless $PIP says how it fails.
const stubPip = `#!/bin/sh
[ "$3" = --version ] && exit 0
[ "$3" = download ] || { echo "ERROR: not download but $3"; exit 2; }
while [ $# -gt 0 ]; do
  case "$1" in -r) requirements=$2 ;; -d) folder=$2 ;; esac
  shift
done
read -r line < "$requirements"
name=${line%%==*}
echo "$line" >> "$WHEELS/asked"
case "$PIP" in
fails) echo "Collecting $name"; echo "ERROR: Could not find a version that satisfies the requirement $name"; echo "ERROR: No matching distribution found"; exit 1 ;;
hashes) echo "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE."; exit 1 ;;
silent) echo "WARNING: Retrying (Retry(total=0)) after connection broken"; echo "ERROR: No matching distribution found"; exit 1 ;;
hangs) sleep 60 & echo $! > "$WHEELS/pid"; wait ;;
traceback) echo "Traceback (most recent call last):"; echo "MemoryError"; exit 1 ;;
nothing) exit 0 ;;
esac
cp "$WHEELS/$name.whl" "$folder/$name-1.0-py3-none-any.whl"
`

// pipHas puts the stub of pip first on the PATH, with the given wheels, refuses every other network, and returns the wheels
// with the SHA-256 that they have.
func pipHas(t *testing.T, wheels map[string][]byte, pinned ...wheel) []wheel {
	t.Helper()
	bin, folder := t.TempDir(), t.TempDir()
	write(t, filepath.Join(bin, "python3"), []byte(stubPip))
	for name, content := range wheels {
		write(t, filepath.Join(folder, name+".whl"), content)
	}
	t.Setenv("PATH", bin+string(filepath.ListSeparator)+os.Getenv("PATH"))
	t.Setenv("WHEELS", folder)
	t.Setenv("PIP", "")
	transport := installTransport
	t.Cleanup(func() { pips, installTransport = nil, transport })
	pips = [][]string{{"python3", "-m", "pip"}}
	installTransport = func(http.RoundTripper) http.RoundTripper { return server("refused") }
	for i := range pinned {
		if pinned[i].sha256 == "" {
			sum := sha256.Sum256(wheels[pinned[i].name])
			pinned[i].sha256 = hex.EncodeToString(sum[:])
		}
	}
	return pinned
}

// pinCPU has the test install from the given wheels.
func pinCPU(t *testing.T, pinned []wheel) {
	before := cpuWheels
	t.Cleanup(func() { cpuWheels = before })
	cpuWheels = pinned
}

// TestInstallByPip: where go-xla's address does not answer the plugin is the first wheel's, and where that is not the pinned
// one, the second's; pip is asked for the pinned version and SHA-256, and the progress is told.
func TestInstallByPip(t *testing.T) {
	library, err := os.ReadFile(standIn(t))
	if err != nil {
		t.Fatal(err)
	}
	first, second := zipped(t, "one/pjrt_c_api_cpu_plugin.so", library), zipped(t, "two/libpjrt_cpu.so", library)
	for name, sum := range map[string]string{"first": "", "second": strings.Repeat("0", 64)} {
		t.Run(name, func(t *testing.T) {
			folder := home(t)
			pinCPU(t, pipHas(t, map[string][]byte{"one": first, "two": second},
				wheel{"one", "1.0", sum, 0.5, "one/pjrt_c_api_cpu_plugin.so"}, wheel{"two", "2.0", "", 0.5, "two/libpjrt_cpu.so"}))
			var told, of int64
			path, err := Install(context.Background(), Installation{Plugin: "cpu", Progress: func(bytes, total int64) { told, of = bytes, total }})
			if err != nil || path != filepath.Join(folder, "pjrt_c_api_cpu_plugin.so") {
				t.Fatalf("installed %q, %v", path, err)
			}
			if data, err := os.ReadFile(path); err != nil || !bytes.Equal(data, library) {
				t.Errorf("it is not the wheel's: %v", err)
			}
			if told < 1000 || of != 500_000 {
				t.Errorf("%d bytes of %d were told", told, of)
			}
			asked, _ := os.ReadFile(filepath.Join(os.Getenv("WHEELS"), "asked"))
			for _, w := range cpuWheels[:strings.Count(string(asked), "\n")] {
				if want := w.name + "==" + w.version + " --hash=sha256:" + w.sha256 + "\n"; !strings.Contains(string(asked), want) {
					t.Errorf("pip was asked for %q, want %q", asked, want)
				}
			}
			if got, want := strings.Count(string(asked), "\n"), map[string]int{"first": 1, "second": 2}[name]; got != want {
				t.Errorf("pip was asked %d times, want %d", got, want)
			}
			leftovers(t, folder)
		})
	}
}

// TestInstallByPipFails: every way that it fails is one sentence, leaves nothing, and keeps the plugin that was there.
func TestInstallByPipFails(t *testing.T) {
	library, err := os.ReadFile(standIn(t))
	if err != nil {
		t.Fatal(err)
	}
	crash, err := os.ReadFile(crashing(t))
	if err != nil {
		t.Fatal(err)
	}
	const inside = "one/pjrt_c_api_cpu_plugin.so"
	good := zipped(t, inside, library)
	other := slices.Clone(library)
	other[18] = 183 // made for ARM64
	for name, c := range map[string]struct {
		wheel []byte
		env   string // NAME=value
		sum   string
		pips  [][]string
		want  string
	}{
		"wrong checksum":       {wheel: good, sum: strings.Repeat("0", 64), want: "not 000000000000… as pinned"},
		"truncated wheel":      {wheel: good[:len(good)/2], want: "is damaged"},
		"truncated library":    {wheel: zipped(t, inside, library[:len(library)/2]), want: "plugin.so is"},
		"another platform":     {wheel: zipped(t, inside, other), want: "is made for another processor (AARCH64)"},
		"no library":           {wheel: zipped(t, "one/other.so", library), want: "holds none of the libraries"},
		"crashes":              {wheel: zipped(t, inside, crash), want: "crashes the program that loads it"},
		"API too old":          {wheel: good, env: "STANDIN_API=0.60", want: "its PJRT API 0.60 is too old, this program works with 0.76 to 0.115"},
		"API too new":          {wheel: good, env: "STANDIN_API=1.3", want: "its PJRT API 1.3 is too new"},
		"no device":            {wheel: good, env: "STANDIN_FAIL=1", want: "no device found"},
		"pip fails":            {wheel: good, env: "PIP=fails", want: "pip: Could not find a version"},
		"pip refuses the hash": {wheel: good, env: "PIP=hashes", want: "another SHA-256 than the one pinned"},
		"PyPI is silent":       {wheel: good, env: "PIP=silent", want: "PyPI does not answer"},
		"pip breaks":           {wheel: good, env: "PIP=traceback", want: "pip: MemoryError"},
		"pip brings nothing":   {wheel: good, env: "PIP=nothing", want: "pip left no wheel"},
		"pip hangs":            {wheel: good, env: "PIP=hangs", want: "it did not end within"},
		"no pip":               {wheel: good, pips: [][]string{{"no-such-program-pip"}}, want: "there is no pip"},
	} {
		t.Run(name, func(t *testing.T) {
			folder := home(t)
			before := filepath.Join(folder, "pjrt_c_api_cpu_plugin.so")
			write(t, before, []byte("before"))
			pinCPU(t, pipHas(t, map[string][]byte{"one": c.wheel}, wheel{"one", "1.0", c.sum, 0.5, inside}))
			if c.pips != nil {
				pips = c.pips
			}
			if key, value, set := strings.Cut(c.env, "="); set {
				t.Setenv(key, value)
			}
			_, err := Install(context.Background(), Installation{Plugin: "cpu", Limit: 3 * time.Second})
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v, want %q", err, c.want)
			}
			if data, _ := os.ReadFile(before); string(data) != "before" {
				t.Error("the plugin that was there is gone")
			}
			leftovers(t, folder)
		})
	}
}

// TestInstallByPipStops: an interrupt ends pip and what it started, and nothing is left.
func TestInstallByPipStops(t *testing.T) {
	folder := home(t)
	pinCPU(t, pipHas(t, nil, wheel{name: "one", version: "1.0", library: "one.so"}))
	t.Setenv("PIP", "hangs")
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(time.Second, cancel)
	began := time.Now()
	_, err := Install(ctx, Installation{Plugin: "cpu"})
	if !errors.Is(err, context.Canceled) || time.Since(began) > 4*time.Second {
		t.Errorf("%v after %s", err, time.Since(began))
	}
	pid, err := os.ReadFile(filepath.Join(os.Getenv("WHEELS"), "pid"))
	if err != nil {
		t.Fatal(err)
	}
	if command, _ := os.ReadFile(filepath.Join("/proc", strings.TrimSpace(string(pid)), "cmdline")); len(command) > 0 {
		t.Errorf("%q runs on", command)
	}
	leftovers(t, folder)
}

// TestOpenWaits: what nobody asked for is waited for no longer than the limit, which is 20 seconds, and then said in one
// notice, with what to do.
func TestOpenWaits(t *testing.T) {
	if limit := (Options{}).withDefaults().InstallTimeout; limit != 20*time.Second {
		t.Errorf("the limit is %s", limit)
	}
	home(t)
	t.Setenv("GOMLX_BACKEND", "")
	t.Setenv(onnx.LibraryEnv, "")
	pinCPU(t, pipHas(t, nil, wheel{name: "one", version: "1.0", library: "one.so"}))
	t.Setenv("PIP", "hangs")
	var notices bytes.Buffer
	began := time.Now()
	d, err := Open(Options{InstallTimeout: time.Second, Notice: &notices})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("it took %s", took)
	}
	if !strings.Contains(notices.String(), "could not be installed within 1s") || !strings.Contains(notices.String(), "hgn install-xla cpu") {
		t.Errorf("notices: %s", notices.String())
	}
}

// TestInstallCUDAByPip: the plugin and NVIDIA's libraries lie where the plugin looks for them, with the links that they need,
// and take the place of what was there as one; where one of the wheels fails, nothing changes.
func TestInstallCUDAByPip(t *testing.T) {
	library, err := os.ReadFile(standIn(t))
	if err != nil {
		t.Fatal(err)
	}
	plugin := wheel{"jax", "1.0", "", 0.1, "jax_plugins/xla_cuda13/xla_cuda_plugin.so"}
	wheels := map[string][]byte{
		"jax":  zipped(t, plugin.library, library),
		"blas": zipped(t, "nvidia/cu13/lib/libcublas.so.13", []byte("blas")),
		"nvcc": zipped(t, "nvidia/cu13/bin/ptxas", []byte("assembler")),
	}
	for name, c := range map[string]struct{ sum, want string }{
		"whole":          {"", ""},
		"wrong checksum": {strings.Repeat("0", 64), "not 000000000000… as pinned"},
	} {
		t.Run(name, func(t *testing.T) {
			lib := home(t)
			withGPU(t, nil)
			pinned := pipHas(t, wheels, plugin, wheel{name: "blas", version: "13"}, wheel{name: "nvcc", version: "13", sha256: c.sum})
			cuda, nvidia := cudaWheel, nvidiaWheels
			t.Cleanup(func() { cudaWheel, nvidiaWheels = cuda, nvidia })
			cudaWheel, nvidiaWheels = pinned[0], pinned[1:]
			before := filepath.Join(lib, "nvidia", "before")
			write(t, before, nil)
			path, err := Install(context.Background(), Installation{Plugin: "cuda"})
			leftovers(t, lib)
			if _, kept := os.Stat(before); (kept == nil) != (c.want != "") {
				t.Errorf("what was there before: %v", kept)
			}
			if c.want != "" {
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("%v, want %q", err, c.want)
				}
				return
			}
			if err != nil || path != filepath.Join(lib, "nvidia", "pjrt_c_api_cuda_plugin.so") {
				t.Fatalf("installed %q, %v", path, err)
			}
			for file, want := range map[string]string{"bin/ptxas": "assembler", "cu13/lib/libcublas.so.13": "blas"} {
				if data, err := os.ReadFile(filepath.Join(lib, "nvidia", file)); err != nil || string(data) != want {
					t.Errorf("%s: %q, %v", file, data, err)
				}
			}
			info, err := os.Stat(filepath.Join(lib, "nvidia", "bin", "ptxas"))
			if err != nil || info.Mode()&0o100 == 0 {
				t.Errorf("the assembler cannot be run: %v", err)
			}
			if data, err := os.ReadFile(filepath.Join(filepath.Dir(lib), "libcublas.so.13")); err != nil || string(data) != "blas" {
				t.Errorf("the link to the library beside go-xla: %q, %v", data, err)
			}
		})
	}
}
