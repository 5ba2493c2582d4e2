package device

import (
	"fmt"
	"io"
	"runtime"
	"strings"

	"github.com/gomlx/compute"
)

// Device is an open backend.
type Device struct {
	Backend compute.Backend
	Name    string // "go", "onnx", "xla:cpu", "xla:cuda", or "xla:" and the plugin's name
	Plugin  string // path of the XLA plugin; empty for other backends
	TF32    bool   // float32 matrices are multiplied with 10 bits of mantissa: XLA on a GPU, without its option tf32=false
	SIMD    bool   // this binary was built with GOEXPERIMENT=simd, which makes the Go backend fast

	notices io.Writer // nil means os.Stderr
}

// Notice writes a one-line notice about work on the device to the writer in Options.Notice.
func (d *Device) Notice(format string, args ...any) {
	notice(Options{Notice: d.notices}.withDefaults(), format, args...)
}

// IsGo tells whether programs run on GoMLX's Go backend.
func (d *Device) IsGo() bool { return d.Name == goName }

// IsCUDA tells whether programs run on an NVIDIA GPU.
func (d *Device) IsCUDA() bool { return d.Name == cudaName }

const (
	cpuName  = "xla:cpu"
	cudaName = "xla:cuda"
)

// Describe names in one line the backend that programs run on.
func (d *Device) Describe() string {
	if !d.IsGo() {
		// go-xla calls a plugin that has a cache of programs a preloaded one.
		preloaded, plain := fmt.Sprintf("PJRT %q plugin (_preloaded_)", d.Plugin), fmt.Sprintf("PJRT plugin (%s)", d.Plugin)
		description := strings.Replace(d.Backend.Description(), preloaded, plain, 1)
		return fmt.Sprintf("%s (%s)", d.Name, strings.TrimSpace(description))
	}
	vector := "with SIMD"
	if !d.SIMD {
		vector = "without SIMD"
	}
	return fmt.Sprintf("go (GoMLX's Go backend, %s, %d cores)", vector, runtime.GOMAXPROCS(0))
}

// Close releases the backend and everything on it. Closing twice is harmless.
func (d *Device) Close() {
	if d.Backend != nil && !d.Backend.IsFinalized() {
		d.Backend.Finalize()
	}
}

// SIMD tells whether this binary was built with GOEXPERIMENT=simd for a processor for which the Go backend has vector
// code.
func SIMD() bool { return simd }
