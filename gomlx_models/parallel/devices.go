package parallel

import (
	"fmt"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/distributed"

	"hgn.local/gomlx_models/params"
)

// Devices is the set of devices that a training uses. The zero value is one device.
type Devices struct {
	mesh *distributed.DeviceMesh // nil for one device
}

// axis is the name of the mesh's only axis.
const axis = "batch"

// Over chooses the first n devices of a backend, each of which gets an n-th of every batch. It fails if the backend
// has fewer devices or if n does not divide batch.
func Over(backend compute.Backend, n, batch int) (Devices, error) {
	if n < 1 {
		return Devices{}, params.Errorf("a training is on at least 1 device, not on %d", n)
	}
	if has := backend.NumDevices(); n > has {
		return Devices{}, params.Errorf("the backend %q has %s, so training on %d cannot be done: choose fewer, or a backend with more",
			backend.Name(), devices(has), n)
	}
	if batch%n != 0 {
		return Devices{}, params.Errorf("a batch of %d cannot be divided evenly among %d devices: choose a batch that is a multiple of %d", batch, n, n)
	}
	if n == 1 {
		return Devices{}, nil
	}
	mesh, err := distributed.NewDeviceMesh([]int{n}, []string{axis})
	return Devices{mesh}, err
}

// N returns the number of devices.
func (d Devices) N() int {
	if d.mesh == nil {
		return 1
	}
	return d.mesh.NumDevices()
}

// layout returns how an input lies on the devices, given its batch axis or Replicated.
func (d Devices) layout(batchAxis int) (*distributed.ShardingSpec, error) {
	spec := distributed.BuildSpec(d.mesh)
	if batchAxis == Replicated {
		return spec.Done()
	}
	for range batchAxis {
		spec = spec.R()
	}
	return spec.S(axis).Done()
}

func devices(n int) string {
	if n == 1 {
		return "1 device"
	}
	return fmt.Sprintf("%d devices", n)
}
