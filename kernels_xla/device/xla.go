//go:build cgo && !noxla && ((linux && (amd64 || arm64)) || (darwin && arm64) || (windows && amd64))

package device

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/gomlx/compute"
	"github.com/gomlx/go-xla/compute/xla"
	"github.com/gomlx/go-xla/pjrt"

	"hgn.local/kernels_xla/progcache"
)

func init() {
	openXLA, startPlugin, wantedVersion = openPlugin, start, pjrt.DefaultCPUVersion
}

// openPlugin opens XLA on a plugin given by name or absolute path, with go-xla's options after a comma. Without a name
// it takes CUDA where there is a GPU, else the CPU, else it installs the CPU's plugin.
//
// Plugins are handed to go-xla by path: given a name, go-xla runs its own installer and loads every plugin there is.
func openPlugin(config string, o Options) (*Device, error) {
	name, options, _ := strings.Cut(config, ",")
	if filepath.IsAbs(name) {
		return open(name, options, o)
	}
	var failed []error
	attempt := func(name string) *Device {
		for _, p := range matching(candidates(pluginFolders()), name, wantedVersion) {
			d, err := open(p.Path, options, o)
			if err == nil {
				return d
			}
			failed = append(failed, err)
		}
		return nil
	}
	if name != "" && name != "cpu" {
		if d := attempt(name); d != nil {
			return d, nil
		}
		return nil, failure(failed, fmt.Errorf("no XLA plugin %q is installed (found: %s)", name, foundNames()))
	}
	if name == "" && hasGPU() {
		if d := attempt("cuda"); d != nil {
			return d, nil
		}
		why := "XLA's CUDA plugin is not installed (hgn install-xla cuda installs it)"
		if folders, set := os.LookupEnv(pluginPathEnv); set {
			why = "there is no CUDA plugin in " + pluginPathEnv + "=" + folders + " (copy it there, or unset the variable and run hgn install-xla cuda)"
		}
		if len(failed) > 0 {
			why = oneLine(failed[len(failed)-1])
		}
		notice(o, "there is an NVIDIA GPU, but it is not used: %s", why)
	}
	if d := attempt("cpu"); d != nil {
		return d, nil
	}
	if len(failed) > 0 {
		return nil, failure(failed, nil)
	}
	path, err := installCPU(o)
	if err != nil {
		return nil, err
	}
	return open(path, options, o)
}

// open opens XLA on the plugin in a file.
func open(path, options string, o Options) (*Device, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("there is no plugin file %s", path)
	}
	name := deviceName(path)
	options, count, err := hostDevices(options, name, o.Devices)
	if err != nil {
		return nil, err
	}
	config := path
	if options != "" {
		config += "," + options
	}
	if !pjrt.IsCUDAName(filepath.Base(path)) {
		progcache.Attach(path) // Where it cannot, every process compiles for itself.
	}
	b, err := guard(func() (compute.Backend, error) {
		plugin, err := pjrt.GetPlugin(path)
		if err != nil {
			return nil, err
		}
		major, minor := plugin.Version()
		if match := apiMatch(major, minor); match == apiTooOld || match == apiTooNew {
			return nil, apiError(inspection{API: fmt.Sprintf("%d.%d", major, minor), Match: match})
		}
		return xla.NewWithOptions(config, createOptions(count))
	})
	if err != nil {
		return nil, fmt.Errorf("plugin %s: %s", path, oneLine(err))
	}
	x, ok := b.(*xla.Backend)
	return &Device{Backend: b, Name: name, Plugin: path, TF32: ok && x.DotGeneralUseTF32, SIMD: simd}, nil
}

// createOptions are the options to create a plugin's client with, for a number of devices; 0 is the plugin's own.
func createOptions(devices int) pjrt.NamedValuesMap {
	if devices == 0 {
		return nil
	}
	return pjrt.NamedValuesMap{"cpu_device_count": int64(devices)}
}

func failure(failed []error, otherwise error) error {
	if len(failed) == 0 {
		return otherwise
	}
	return errors.Join(failed...)
}

func foundNames() string {
	var names []string
	for _, p := range candidates(pluginFolders()) {
		names = append(names, p.Name)
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}
