//go:build cgo && !noxla && ((linux && (amd64 || arm64)) || (darwin && arm64) || (windows && amd64))

package device

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/gomlx/compute"
	"github.com/gomlx/go-xla/compute/xla"
	"github.com/gomlx/go-xla/pjrt"

	"hgn.local/kernels_xla/progcache"
)

func init() {
	openXLA, startPlugin, wantedVersion = open, start, pjrt.DefaultCPUVersion
}

// open opens XLA on the plugin in a file, or installs and opens the CPU's plugin if there is no file. It hands
// plugins to go-xla by path: given a name, go-xla runs its own installer and loads every installed plugin.
func open(path, options string, o Options) (*Device, error) {
	if path == "" {
		var err error
		if path, err = installCPU(o); err != nil {
			return nil, err
		}
	}
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
		progcache.Attach(path) // If this fails, every process compiles for itself.
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

// createOptions returns the options to create a plugin's client with a number of devices; 0 keeps the plugin's own
// number.
func createOptions(devices int) pjrt.NamedValuesMap {
	if devices == 0 {
		return nil
	}
	return pjrt.NamedValuesMap{"cpu_device_count": int64(devices)}
}
