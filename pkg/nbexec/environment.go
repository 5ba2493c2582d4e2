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

// Environment is what a cell is compiled and run with.
type Environment struct {
	Root  *Root
	Tools *Tools
	NoXLA bool // leave XLA out of the cells: they link three times faster

	// Backend is what cells run on where GOMLX_BACKEND is not set, as in that variable; "" lets each cell choose, which is
	// the Go backend where NoXLA leaves nothing else that is sure to be there.
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
		"GOPROXY":     "off", // what a cell needs has been fetched by Fetch
		"GO111MODULE": "on",
		"GOWORK":      "", // GoNB writes the go.work file of its own folder
		"GOFLAGS":     goFlags(settings["GOFLAGS"], e.NoXLA),
	}
	if vars["GOFLAGS"] == "" && settings["GOFLAGS"] != "" {
		vars["GOFLAGS"] = "-buildvcs=false" // an empty value would not replace what `go env -w` has set
	}
	if experiment := goExperiment(settings["GOEXPERIMENT"]); experiment != "" {
		vars["GOEXPERIMENT"] = experiment
	}
	backend := e.Backend
	if backend == "" && e.NoXLA {
		backend = "go"
	}
	if backend != "" && os.Getenv("GOMLX_BACKEND") == "" {
		vars["GOMLX_BACKEND"] = backend // chosen here, once: the cells need not explain it
	}
	if library := os.Getenv(onnxLibrary); library != "" && vars["GOMLX_BACKEND"] == "onnx" {
		vars[onnxLibrary] = library
	}
	return vars
}

// Environ returns the whole environment of a kernel process, as os.Environ does.
func (e *Environment) Environ() []string {
	env := environ()
	for name, value := range e.Variables() {
		env = append(env, name+"="+value) // of two values for a name the last one counts
	}
	return env
}

// Fetch brings what the `go get` before a cell looks for into the module cache: the go.mod files of all modules, and the
// source of all that the packages of this module and their tests import. Building the module fetches less.
func (e *Environment) Fetch(ctx context.Context) error {
	for _, args := range [][]string{{"mod", "graph"}, {"list", "-mod=readonly", "-deps", "-test", "-f", "", "./..."}} {
		if err := goCommand(ctx, e.Root.Dir, e.online(), args...); err != nil {
			return fmt.Errorf("fetching what cells import: %w", err)
		}
	}
	return nil
}

// online is Environ with the user's own GOPROXY.
func (e *Environment) online() []string {
	return append(e.Environ(), "GOPROXY="+os.Getenv("GOPROXY"))
}

// Warm compiles the packages that cells import, with the flags of a cell, so that the first cell only has to be linked, and
// then calls Fetch. When nothing has changed it takes a second or two.
func (e *Environment) Warm(ctx context.Context) error {
	args := []string{"list", "-mod=readonly", "-export", "-f", "{{.ImportPath}}"} // as `go build`, without linking commands
	for _, pattern := range []string{"kernels_xla", "gomlx_models", "pkg/*"} {
		dirs, err := fs.Glob(os.DirFS(e.Root.Dir), pattern)
		if err != nil {
			return err
		}
		for _, dir := range dirs {
			if name := path.Base(dir); name != "cmd" && name != "nbexec" { // what no cell imports
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

// goExperiment adds simd to the user's GOEXPERIMENT where Go offers it: GoMLX's Go backend is then about eight times
// faster.
func goExperiment(user string) string {
	if runtime.GOARCH != "amd64" || strings.Contains(user, "simd") {
		return user
	}
	return strings.TrimPrefix(user+",simd", ",")
}
