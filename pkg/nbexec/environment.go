package nbexec

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"runtime"
	"strings"
	"sync"
)

// Environment says with what a cell is compiled and run.
type Environment struct {
	Root  *Root
	Tools *Tools
	NoXLA bool // builds cells without XLA: they link three times faster

	// Backend is the value of GOMLX_BACKEND for cells if that variable is not set; "" lets each cell choose, which
	// means the Go backend if NoXLA leaves no other that is sure to be present.
	Backend string

	settings func() map[string]string // of the go command; nil before the first use
}

func (e *Environment) goSettings() map[string]string {
	if e.settings == nil {
		e.settings = sync.OnceValue(goSettings)
	}
	return e.settings()
}

// onnxLibrary names ONNX Runtime's library. A kernel that Jupyter starts does not have the variables of this process.
const onnxLibrary = "ONNXRUNTIME_SHARED_LIBRARY_PATH"

// Variables returns the variables that differ from the process's own, by name.
func (e *Environment) Variables() map[string]string {
	settings := e.goSettings()
	vars := map[string]string{
		"PATH":        e.Tools.Dir + string(os.PathListSeparator) + os.Getenv("PATH"),
		"GOPROXY":     "off", // Fetch has fetched everything that a cell needs
		"GO111MODULE": "on",
		"GOWORK":      "", // GoNB writes the go.work file of its own folder
		"GOFLAGS":     goFlags(settings["GOFLAGS"], e.NoXLA),
	}
	if experiment := goExperiment(settings["GOEXPERIMENT"]); experiment != "" {
		vars["GOEXPERIMENT"] = experiment
	}
	backend := e.Backend
	if backend == "" && e.NoXLA {
		backend = "go"
	}
	if backend != "" && os.Getenv("GOMLX_BACKEND") == "" {
		vars["GOMLX_BACKEND"] = backend // chosen once here, so that the cells need not explain the choice
	}
	if library := os.Getenv(onnxLibrary); library != "" && vars["GOMLX_BACKEND"] == "onnx" {
		vars[onnxLibrary] = library
	}
	return vars
}

// Environ returns the whole environment of a kernel process, as os.Environ does. It says that no page of a Jupyter server
// is open on the kernel, also if this process was started from one.
func (e *Environment) Environ() []string {
	env := append(environ(), "JPY_SESSION_NAME=", "JPY_PARENT_PID=")
	for name, value := range e.Variables() {
		env = append(env, name+"="+value) // the last of two values for a name counts
	}
	return env
}

// Fetch puts everything that the `go get` before a cell looks for into the module cache: the go.mod files of all
// modules, and the source of everything that the packages of this module and their tests import. Building the module
// fetches less.
func (e *Environment) Fetch(ctx context.Context) error {
	for _, args := range [][]string{{"mod", "graph"}, {"list", "-mod=readonly", "-deps", "-test", "-f", "", "./..."}} {
		if err := goCommand(ctx, e.Root.Dir, e.online(), args...); err != nil {
			return fmt.Errorf("fetching what cells import: %w", err)
		}
	}
	return nil
}

// online returns Environ with the user's own GOPROXY.
func (e *Environment) online() []string {
	return append(e.Environ(), "GOPROXY="+os.Getenv("GOPROXY"))
}

// Warm compiles the packages that cells import, with the flags of a cell, so that the first cell only has to be
// linked, and then calls Fetch. If nothing has changed it takes a second or two.
func (e *Environment) Warm(ctx context.Context) error {
	args := []string{"list", "-mod=readonly", "-export", "-f", "{{.ImportPath}}"} // as `go build`, without linking commands
	for _, pattern := range []string{"kernels_xla", "gomlx_models", "pkg/*"} {
		dirs, err := fs.Glob(os.DirFS(e.Root.Dir), pattern)
		if err != nil {
			return err
		}
		for _, dir := range dirs {
			if name := path.Base(dir); name != "cmd" && name != "nbexec" { // no cell imports these
				args = append(args, "./"+dir+"/...")
			}
		}
	}
	args = append(args, "github.com/janpfeifer/gonb/gonbui")
	if err := goCommand(ctx, e.Root.Dir, e.online(), args...); err != nil {
		return fmt.Errorf("compiling the packages that cells use: %w", err)
	}
	return e.Fetch(ctx)
}

// goExperiment adds simd to the user's GOEXPERIMENT if Go offers it: GoMLX's Go backend is then about eight times
// faster.
func goExperiment(user string) string {
	if runtime.GOARCH != "amd64" || strings.Contains(user, "simd") {
		return user
	}
	return strings.TrimPrefix(user+",simd", ",")
}
