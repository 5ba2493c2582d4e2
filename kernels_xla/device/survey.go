package device

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"hgn.local/kernels_xla/onnx"
)

// Report describes the backends of a machine. Errors of plugins are reasons, not failures of the survey.
type Report struct {
	Platform      string   `json:"platform"` // "linux/amd64"
	Go            string   `json:"go"`       // version of the toolchain that built this binary
	Cores         int      `json:"cores"`
	GPU           bool     `json:"gpu"`  // an NVIDIA device is present
	CGO           bool     `json:"cgo"`  // built with cgo
	XLA           bool     `json:"xla"`  // built with XLA
	SIMD          bool     `json:"simd"` // built with GOEXPERIMENT=simd
	Requested     string   `json:"gomlx_backend,omitempty"`
	Plugins       []Plugin `json:"plugins"`
	Folders       []string `json:"plugin_folders"`           // searched, in this order
	Version       string   `json:"plugin_version,omitempty"` // version of go-xla's CPU plugin for which this binary was made
	API           string   `json:"plugin_api"`               // the versions of the PJRT API with which this binary works, as "0.76 to 0.115"
	GPUs          []GPU    `json:"gpus,omitempty"`           // as nvidia-smi describes them
	ONNX          string   `json:"onnx_library,omitempty"`   // ONNX Runtime's library, if it is installed and this binary contains the backend
	ONNXError     string   `json:"onnx_error,omitempty"`     // why that library cannot be used
	AutoInstall   bool     `json:"auto_install"`             // Open may download the CPU plugin
	InstallFailed string   `json:"install_failed,omitempty"` // the failure of an attempt less than an hour ago

	Plan      []Candidate `json:"plan"`       // what Open tries, in this order
	WouldOpen string      `json:"would_open"` // as Device.Name; "" if Open would fail
	Why       string      `json:"why"`
}

// wantedVersion is set by xla.go if XLA is compiled in.
var wantedVersion string

// Survey reports what [Open] would find, and what it would open, without downloading anything. It starts the plugins
// to see whether they work, except CUDA's if there is no GPU, in another process if the program called
// [ServeInspection], and opens ONNX Runtime for a moment.
func Survey() Report {
	r := Report{
		Platform:  runtime.GOOS + "/" + runtime.GOARCH,
		Go:        runtime.Version(),
		Cores:     runtime.NumCPU(),
		GPU:       hasGPU(),
		CGO:       cgo,
		XLA:       openXLA != nil,
		SIMD:      simd,
		Requested: wantedBackend(),
		Folders:   pluginFolders(),
		Version:   wantedVersion,
		API:       wantedAPI(),
		Plugins:   []Plugin{},
	}
	if r.GPU {
		r.GPUs = GPUs()
	}
	asked := requested(r.Requested)
	for n, p := range append(asked, candidates(r.Folders)...) {
		p.Version = version(p.Path)
		switch {
		case startPlugin == nil:
			p.Error = "this binary was built without XLA"
		case kind(p.Name) == "cuda" && !r.GPU && n >= len(asked):
			p.Error = "there is no NVIDIA GPU"
		default:
			seen := inspect(context.Background(), p.Path)
			p.API, p.Match, p.Devices, p.Error = seen.API, seen.Match, seen.Devices, seen.Error
		}
		r.Plugins = append(r.Plugins, p)
	}
	if onnx.Available {
		r.ONNX = onnx.Library()
	}
	if r.ONNX != "" {
		if d, err := openONNX(""); err != nil {
			r.ONNXError = oneLine(err)
		} else {
			d.Close()
		}
	}
	_, off := os.LookupEnv("GOMLX_NO_AUTO_INSTALL")
	_, elsewhere := os.LookupEnv(pluginPathEnv)
	r.AutoInstall = r.XLA && !off && !elsewhere
	if err := remembered(time.Now()); err != nil {
		r.InstallFailed = err.Error()
	}
	plan, err := Plan()
	r.Plan = r.judged(plan)
	r.WouldOpen, r.Why = r.outcome(r.Plan, err)
	return r
}

// requested returns the plugin that GOMLX_BACKEND names by its path, which need not lie in a folder that is searched.
func requested(backend string) []Plugin {
	name, config, _ := strings.Cut(backend, ":")
	path, _, _ := strings.Cut(config, ",")
	if !isXLA(name) || !filepath.IsAbs(path) {
		return nil
	}
	return []Plugin{{Name: strings.TrimPrefix(deviceName(path), "xla:"), Path: path}}
}
