package device

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/gomlx/compute"

	"hgn.local/kernels_xla/onnx"
)

// Report says what there is to compute with. Errors of plugins are reasons, not failures of the survey.
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
	Version       string   `json:"plugin_version,omitempty"` // of go-xla's CPU plugin this binary was made for
	API           string   `json:"plugin_api"`               // the versions of the PJRT API that this binary works with, as "0.76 to 0.115"
	GPUs          []GPU    `json:"gpus,omitempty"`           // as nvidia-smi describes them
	ONNX          string   `json:"onnx_library,omitempty"`   // ONNX Runtime's library, if it is at hand and this binary contains the backend
	ONNXError     string   `json:"onnx_error,omitempty"`     // why that library cannot be used
	AutoInstall   bool     `json:"auto_install"`             // Open may download the CPU plugin
	InstallFailed string   `json:"install_failed,omitempty"` // an attempt less than an hour ago
	WouldOpen     string   `json:"would_open"`               // as Device.Name; "" where Open would fail
	Why           string   `json:"why"`
}

// wantedVersion is set by xla.go where XLA is compiled in.
var wantedVersion string

// Survey reports what [Open] would find, and what it would open, without downloading anything.
// It starts the plugins to see whether they work, except CUDA's where there is no GPU, in another process if the program
// called [ServeInspection], and opens ONNX Runtime for a moment.
func Survey() Report {
	r := Report{
		Platform:  runtime.GOOS + "/" + runtime.GOARCH,
		Go:        runtime.Version(),
		Cores:     runtime.NumCPU(),
		GPU:       hasGPU(),
		CGO:       cgo,
		XLA:       openXLA != nil,
		SIMD:      simd,
		Requested: strings.TrimSpace(os.Getenv(compute.ConfigEnvVar)),
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
	r.WouldOpen, r.Why = r.predictBackend()
	return r
}

// predictBackend follows Open's order on what was found.
func (r Report) predictBackend() (name, why string) {
	name, why = r.foretellXLA()
	if r.Requested == "" && name == goName && r.hasONNX() {
		return onnxName, "ONNX Runtime's library is at hand; no XLA: " + why
	}
	return name, why
}

func (r Report) hasONNX() bool { return r.ONNX != "" && r.ONNXError == "" }

// requested is the plugin that GOMLX_BACKEND names by its path, which need not lie in a folder that is searched.
func requested(backend string) []Plugin {
	name, config, _ := strings.Cut(backend, ":")
	path, _, _ := strings.Cut(config, ",")
	if !isXLA(name) || !filepath.IsAbs(path) {
		return nil
	}
	return []Plugin{{Name: strings.TrimPrefix(deviceName(path), "xla:"), Path: path}}
}

func (r Report) foretellXLA() (name, why string) {
	usable := func(name string) bool {
		for _, p := range matching(r.Plugins, name, r.Version) {
			if p.Error == "" {
				return true
			}
		}
		return false
	}
	if r.Requested != "" {
		return r.foretellRequested(usable)
	}
	switch {
	case !r.XLA:
		return goName, "this binary was built without XLA"
	case r.GPU && usable("cuda"):
		return "xla:cuda", "a GPU and its plugin are present"
	case usable("cpu"):
		return "xla:cpu", "the CPU plugin is installed"
	case len(matching(r.Plugins, "cpu", r.Version)) > 0:
		return goName, "the CPU plugin cannot be loaded"
	case !r.AutoInstall:
		return goName, "the CPU plugin is not installed and installing is turned off"
	case r.InstallFailed != "":
		return goName, r.InstallFailed
	}
	otherwise := goName
	if r.hasONNX() {
		otherwise = onnxName
	}
	return "xla:cpu", "the CPU plugin would be downloaded; where that fails, " + otherwise
}

func (r Report) foretellRequested(usable func(string) bool) (name, why string) {
	because := compute.ConfigEnvVar + " asks for it"
	backend, config, _ := strings.Cut(r.Requested, ":")
	plugin, _, _ := strings.Cut(config, ",")
	switch {
	case isXLA(backend):
	case backend == goName:
		return goName, because
	case backend == onnxName || backend == "onnxruntime":
		if r.ONNX == "" {
			return "", "ONNX Runtime's library is not at hand, or not for this binary"
		}
		if r.ONNXError != "" {
			return "", r.ONNXError
		}
		return onnxName, because
	default:
		for _, known := range compute.List() {
			if known == backend {
				return backend, because
			}
		}
		return "", compute.ConfigEnvVar + " names a backend that this binary does not have"
	}
	switch {
	case !r.XLA:
		return "", "this binary was built without XLA"
	case filepath.IsAbs(plugin):
		for _, p := range r.Plugins {
			if p.Path == plugin && p.Error != "" {
				return "", p.Error
			}
		}
		return deviceName(plugin), because
	case plugin == "" && r.GPU && usable("cuda"):
		return "xla:cuda", because
	case plugin == "" && usable("cpu"):
		return "xla:cpu", because
	case plugin != "" && usable(plugin):
		return "xla:" + kind(plugin), because
	case (plugin == "" || plugin == "cpu") && r.AutoInstall && r.InstallFailed == "":
		return "xla:cpu", because + "; its plugin would be downloaded"
	}
	return "", "the plugin that " + compute.ConfigEnvVar + " asks for is not installed or cannot be loaded"
}
