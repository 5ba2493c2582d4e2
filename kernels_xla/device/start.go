//go:build cgo && !noxla && ((linux && (amd64 || arm64)) || (darwin && arm64) || (windows && amd64))

package device

import (
	"fmt"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	"github.com/gomlx/compute/shapes"
	"github.com/gomlx/go-xla/compute/xla"
	"github.com/gomlx/go-xla/pjrt"
)

// start opens a plugin, if its API can be used, and has it compile and run a small program. An API that is newer than
// those tested counts as too new only if that fails.
func start(path string) (seen inspection) {
	err := caught(func() error {
		plugin, err := pjrt.GetPlugin(path)
		if err != nil {
			return err
		}
		major, minor := plugin.Version()
		seen.API, seen.Match = fmt.Sprintf("%d.%d", major, minor), apiMatch(major, minor)
		if seen.Match == apiTooOld || seen.Match == apiTooNew {
			return apiError(seen)
		}
		_, count, err := hostDevices("", deviceName(path), 0)
		if err != nil {
			return err
		}
		b, err := xla.NewWithOptions(path, createOptions(count))
		if err != nil {
			return err
		}
		defer b.Finalize()
		seen.Devices = b.NumDevices()
		return runSmall(b)
	})
	if err == nil {
		return seen
	}
	if seen.Match == apiUntested {
		seen.Match = apiTooNew
		err = fmt.Errorf("%w: %s", apiError(seen), oneLine(err))
	}
	seen.Error = oneLine(err)
	return seen
}

// apiError reports that a plugin's API cannot be used.
func apiError(seen inspection) error {
	return fmt.Errorf("its PJRT API %s is %s, this program works with %s", seen.API, seen.Match, wantedAPI())
}

// runSmall compiles and runs x+x for one number.
func runSmall(b compute.Backend) error {
	builder := b.Builder("small")
	f := builder.Main()
	x, err := f.Parameter("x", shapes.Make(dtypes.Float32), nil)
	if err != nil {
		return err
	}
	sum, err := f.Add(x, x)
	if err != nil {
		return err
	}
	if err := f.Return([]compute.Value{sum}, nil); err != nil {
		return err
	}
	program, err := builder.Compile()
	if err != nil {
		return err
	}
	defer program.Finalize()
	in, err := b.BufferFromFlatData(0, []float32{1}, shapes.Make(dtypes.Float32))
	if err != nil {
		return err
	}
	out, err := program.Execute([]compute.Buffer{in}, []bool{false}, 0)
	if err != nil {
		return err
	}
	flat := make([]float32, 1)
	return out[0].ToFlatData(flat)
}
