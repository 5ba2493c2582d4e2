package device

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/gomlx/compute"

	"hgn.local/kernels_xla/onnx"
)

// Options for [Open]. The zero value is what programs want.
type Options struct {
	// InstallTimeout bounds the one-time installation of the CPU plugin, all in all; 0 means 20 seconds, negative never
	// installs.
	InstallTimeout time.Duration
	// Devices is how many devices the program is going to use; 0 means one. XLA's CPU plugin is opened with as many, up to
	// 256, unless GOMLX_BACKEND says how many. Of other backends there are as many as there are.
	Devices int
	// Notice takes one-line notices; nil means os.Stderr.
	Notice io.Writer
}

// automaticLimit is what a program may wait for a plugin that nobody asked for.
const automaticLimit = 20 * time.Second

func (o Options) withDefaults() Options {
	if o.InstallTimeout == 0 {
		o.InstallTimeout = automaticLimit
	}
	if o.Notice == nil {
		o.Notice = os.Stderr
	}
	return o
}

// inputError is one that whoever starts the program can mend: in GOMLX_BACKEND, or in a file to install.
type inputError struct{ err error }

func (e *inputError) Error() string  { return e.err.Error() }
func (e *inputError) Unwrap() error  { return e.err }
func (e *inputError) BadInput() bool { return true }

// attemptError is why an installation failed that was tried just now.
type attemptError struct{ err error }

func (e *attemptError) Error() string { return e.err.Error() }
func (e *attemptError) Unwrap() error { return e.err }

// Open opens a backend in the order that the package's comment gives. It fails only where GOMLX_BACKEND asks for
// something that cannot be had. It replaces os.Stdout for a moment, and http.DefaultClient while it installs a
// plugin: call it when the program starts, before anything else uses them.
func Open(o Options) (*Device, error) {
	o = o.withDefaults()
	if wanted := strings.TrimSpace(os.Getenv(compute.ConfigEnvVar)); wanted != "" {
		d, err := openNamed(wanted, o)
		if err != nil {
			return nil, &inputError{fmt.Errorf("%s=%s: %w; unset it to let the program choose", compute.ConfigEnvVar, wanted, err)}
		}
		return d, nil
	}
	err := errors.New("this binary was built without XLA")
	if openXLA != nil {
		var d *Device
		if d, err = openXLA("", o); err == nil {
			return d, nil
		}
	}
	if onnx.Available && onnx.Library() != "" {
		d, failed := openONNX("")
		if failed == nil {
			if attempt := (*attemptError)(nil); errors.As(err, &attempt) {
				notice(o, "no XLA (%s); using ONNX Runtime, which is slower", oneLine(err))
			}
			return d, nil
		}
		notice(o, "ONNX Runtime is not used: %s", oneLine(failed))
	}
	return openGo("", o, oneLine(err))
}

// onnxName is the Device.Name of ONNX Runtime.
const onnxName = "onnx"

// openONNX opens ONNX Runtime with the options of GOMLX_BACKEND.
func openONNX(config string) (*Device, error) {
	b, err := guard(func() (compute.Backend, error) { return onnx.New(config) })
	if err != nil {
		return nil, err
	}
	return &Device{Backend: b, Name: onnxName, SIMD: simd}, nil
}

// openXLA opens a plugin by name or path, or the best one for "". It is nil where XLA is not compiled in.
var openXLA func(plugin string, o Options) (*Device, error)

// isXLA tells whether a backend's name is one of those that go-xla has for itself.
func isXLA(name string) bool {
	return slices.Contains([]string{"xla", "stablehlo", "hlo", "shlo"}, name)
}

// openNamed opens exactly what GOMLX_BACKEND says.
func openNamed(wanted string, o Options) (*Device, error) {
	name, config, _ := strings.Cut(wanted, ":")
	switch {
	case isXLA(name):
		if openXLA == nil {
			return nil, errors.New("this binary was built without XLA (no cgo, the tag noxla, or a platform that XLA is not built for)")
		}
		return openXLA(config, o)
	case name == goName:
		return openGo(config, o, "")
	case name == onnxName || name == "onnxruntime":
		return openONNX(config)
	}
	b, err := guard(func() (compute.Backend, error) { return compute.NewWithConfig(wanted) })
	if err != nil {
		return nil, err
	}
	return &Device{Backend: b, Name: name, SIMD: simd}, nil
}

func notice(o Options, format string, args ...any) {
	fmt.Fprintf(o.Notice, "notice: "+format+"\n", args...)
}

// guard turns panics, which compute uses for unknown names and go-xla for plugins that cannot be loaded, into errors.
func guard(open func() (compute.Backend, error)) (b compute.Backend, err error) {
	defer func() {
		if r := recover(); r != nil {
			b, err = nil, fmt.Errorf("%v", r)
		}
	}()
	return open()
}

// caught is guard for whatever else may panic.
func caught(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	return f()
}

// oneLine is the error's first line, shortened in the middle to fit a notice.
func oneLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	if r := []rune(line); len(r) > 300 {
		line = string(r[:150]) + "…" + string(r[len(r)-149:])
	}
	return line
}
