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

// Options configures [Open]. The zero value suits most programs.
type Options struct {
	// InstallTimeout bounds the whole one-time installation of the CPU plugin. 0 means 20 seconds, negative never
	// installs.
	InstallTimeout time.Duration
	// Devices is the number of devices that the program is going to use; 0 means one. Open opens XLA's CPU plugin with
	// that many, up to 256, unless GOMLX_BACKEND gives a number. The number of other backends' devices is fixed.
	Devices int
	// Notice receives one-line notices; nil means os.Stderr.
	Notice io.Writer
}

// automaticLimit bounds the time that a program waits for a plugin that nobody asked for.
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

// inputError is an error that the person who starts the program can mend: in GOMLX_BACKEND, or in a file to install.
type inputError struct{ err error }

func (e *inputError) Error() string  { return e.err.Error() }
func (e *inputError) Unwrap() error  { return e.err }
func (e *inputError) BadInput() bool { return true }

// attemptError says why an installation failed that was tried just now.
type attemptError struct{ err error }

func (e *attemptError) Error() string { return e.err.Error() }
func (e *attemptError) Unwrap() error { return e.err }

// Open opens a backend in the order that the package documentation gives. It fails only if GOMLX_BACKEND asks for
// something that is not available. It replaces os.Stdout for a moment, and http.DefaultClient while it installs a
// plugin: call it when the program starts, before anything else uses them.
func Open(o Options) (*Device, error) {
	return noticing(o.withDefaults(), planned)
}

// noticing opens a device whose notices go to the same writer as those of its opening.
func noticing(o Options, open func(Options) (*Device, error)) (*Device, error) {
	d, err := open(o)
	if err != nil {
		return nil, err
	}
	d.notices = o.Notice
	return d, nil
}

// planned follows the plan and opens the first backend that works.
func planned(o Options) (*Device, error) {
	wanted := wantedBackend()
	plan, options, err := planFor(wanted, candidates(pluginFolders()))
	var failed []error
	for i, c := range plan {
		if wanted == "" {
			sayWhy(o, c, failed)
		}
		d, problem := c.open(options, o)
		if problem == nil {
			return d, nil
		}
		switch {
		case wanted != "":
			failed = append(failed, problem)
		case c.Backend == onnxName:
			notice(o, "ONNX Runtime is not used: %s", oneLine(problem))
		case c.Backend != "xla:cuda":
			failed = append(failed, problem)
		case plan[i+1].Backend != c.Backend: // there is no other plugin for the GPU
			notice(o, "there is an NVIDIA GPU, but it is not used: %s", oneLine(problem))
		}
	}
	if err = errors.Join(append(failed, err)...); wanted != "" {
		err = &inputError{fmt.Errorf("%s=%s: %w; unset it to let the program choose", compute.ConfigEnvVar, wanted, err)}
	}
	return nil, err
}

// sayWhy explains, from the failures so far, why something slower than XLA is opened.
func sayWhy(o Options, c Candidate, failed []error) {
	reason := errWithoutXLA
	if len(failed) > 0 {
		reason = errors.Join(failed...)
	}
	attempt := (*attemptError)(nil)
	switch {
	case c.Backend == onnxName && errors.As(reason, &attempt):
		notice(o, "no XLA (%s); using ONNX Runtime, which is slower", oneLine(reason))
	case c.Backend == goName:
		notice(o, "no XLA (%s); using GoMLX's Go backend, which is slower", oneLine(reason))
	}
}

// onnxName is the Device.Name of ONNX Runtime.
const onnxName = "onnx"

// openONNX opens ONNX Runtime with the options in GOMLX_BACKEND.
func openONNX(config string) (*Device, error) {
	b, err := guard(func() (compute.Backend, error) { return onnx.New(config) })
	if err != nil {
		return nil, err
	}
	return &Device{Backend: b, Name: onnxName, SIMD: simd}, nil
}

// openXLA opens the plugin in a file with go-xla's options; for "" it installs and opens the CPU's plugin. It is nil
// if XLA is not compiled in.
var openXLA func(plugin, options string, o Options) (*Device, error)

// isXLA tells whether a backend's name is one of go-xla's names.
func isXLA(name string) bool {
	return slices.Contains([]string{"xla", "stablehlo", "hlo", "shlo"}, name)
}

func notice(o Options, format string, args ...any) {
	fmt.Fprintf(o.Notice, "notice: "+format+"\n", args...)
}

// guard turns panics into errors: compute panics for unknown names, and go-xla for plugins that cannot be loaded.
func guard(open func() (compute.Backend, error)) (b compute.Backend, err error) {
	defer func() {
		if r := recover(); r != nil {
			b, err = nil, fmt.Errorf("%v", r)
		}
	}()
	return open()
}

// caught turns any panic of f into an error.
func caught(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	return f()
}

// oneLine returns the error's first line, shortened in the middle to fit a notice.
func oneLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	if r := []rune(line); len(r) > 300 {
		line = string(r[:150]) + "…" + string(r[len(r)-149:])
	}
	return line
}
