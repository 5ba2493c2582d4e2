//go:build cgo && !noxla && linux && (amd64 || arm64)

package fakepjrt

import (
	"errors"
	"os"
	"strconv"
	"sync"
	"testing"

	"github.com/gomlx/compute"
	"github.com/gomlx/go-xla/compute/xla"
	"github.com/gomlx/go-xla/pjrt"
)

// Backend is GoMLX's XLA backend on the stand-in.
type Backend struct {
	compute.Backend
	programs string // folder of the programs' texts
}

// Open opens the stand-in with a number of devices for one test, and skips the test if there is no C compiler. The
// library is built and loaded once per process.
func Open(tb testing.TB, devices int) *Backend {
	tb.Helper()
	path, err := library()
	if errors.Is(err, ErrNoCompiler) {
		tb.Skip(err)
	}
	if err != nil {
		tb.Fatal(err)
	}
	b := &Backend{programs: tb.TempDir()}
	if b.Backend, err = open(path, devices, b.programs); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(b.Finalize)
	return b
}

// library returns the path of the loaded library. The file itself is gone; the loaded library stays until the process
// ends.
var library = sync.OnceValues(func() (path string, err error) {
	folder, err := os.MkdirTemp("", "fakepjrt-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(folder)
	if path, err = Build(folder); err != nil {
		return "", err
	}
	_, err = pjrt.GetPlugin(path)
	return path, err
})

// opening guards the environment, from which the plugin reads its settings.
var opening sync.Mutex

func open(path string, devices int, programs string) (compute.Backend, error) {
	opening.Lock()
	defer opening.Unlock()
	for name, value := range map[string]string{"STANDIN_DEVICES": strconv.Itoa(devices), "STANDIN_PROGRAMS": programs} {
		if err := os.Setenv(name, value); err != nil {
			return nil, err
		}
		defer os.Unsetenv(name)
	}
	return xla.New(path)
}
