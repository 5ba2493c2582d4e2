package fakepjrt

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

//go:embed source/plugin.c
var source []byte

// ErrNoCompiler is returned when there is no C compiler to build the stand-in with. It occurs when a test binary with
// cgo was brought to another machine: on a machine without a compiler Go turns cgo off, and Open skips for that
// reason.
var ErrNoCompiler = errors.New("there is no C compiler (gcc, cc or clang) to build the stand-in for an XLA plugin with")

// Build compiles the stand-in into a folder, under a name that go-xla takes for the CPU plugin, and returns its path.
// It needs a header that comes with the sources of go-xla, so the working directory must be in this module.
func Build(folder string) (path string, err error) {
	compiler, err := compiler()
	if err != nil {
		return "", err
	}
	module, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/gomlx/go-xla").Output()
	if err != nil {
		return "", fmt.Errorf("the sources of go-xla, with the plugin's header, are not at hand: %w", err)
	}
	file := filepath.Join(folder, "plugin.c")
	if err := os.WriteFile(file, source, 0o644); err != nil {
		return "", err
	}
	path = filepath.Join(folder, "pjrt_c_api_cpu_plugin.so")
	header := filepath.Join(strings.TrimSpace(string(module)), "pjrt")
	command := exec.Command(compiler, "-shared", "-fPIC", "-I", header, file, "-o", path)
	if out, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the stand-in for an XLA plugin: %w\n%s", err, out)
	}
	return path, nil
}

// compiler returns the compiler that cgo would use, or another that takes the same flags.
func compiler() (string, error) {
	for _, name := range []string{os.Getenv("CC"), "gcc", "cc", "clang"} {
		if fields := strings.Fields(name); len(fields) == 1 {
			if path, err := exec.LookPath(fields[0]); err == nil {
				return path, nil
			}
		}
	}
	return "", ErrNoCompiler
}
