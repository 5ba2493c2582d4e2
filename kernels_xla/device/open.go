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
	return noticing(o.withDefaults(), planned)
}

// noticing opens a device that has its notices go where those of its opening do.
func noticing(o Options, open func(Options) (*Device, error)) (*Device, error) {
	d, err := open(o)
	if err != nil {
		return nil, err
	}
	d.notices = o.Notice
	return d, nil
}

// planned opens what Open does.
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

// sayWhy tells why something slower than XLA is going to be opened, after what failed.
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

// openONNX opens ONNX Runtime with the options of GOMLX_BACKEND.
func openONNX(config string) (*Device, error) {
	b, err := guard(func() (compute.Backend, error) { return onnx.New(config) })
	if err != nil {
		return nil, err
	}
	return &Device{Backend: b, Name: onnxName, SIMD: simd}, nil
}

// openXLA opens the plugin in a file, the CPU's after installing it for "", with go-xla's options. It is nil where XLA is not
// compiled in.
var openXLA func(plugin, options string, o Options) (*Device, error)

// isXLA tells whether a backend's name is one of those that go-xla has for itself.
func isXLA(name string) bool {
	return slices.Contains([]string{"xla", "stablehlo", "hlo", "shlo"}, name)
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
