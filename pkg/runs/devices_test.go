package runs

import (
	"context"
	"path/filepath"
	"testing"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/kernels_xla/device"
	"hgn.local/kernels_xla/fakepjrt"
)

// A training on four devices is saved, and continues on two and then on one: checkpoints know nothing of devices. (The
// stand-in for XLA computes nothing, so nothing is learned.)
func TestTrainOnDevices(t *testing.T) {
	d := &device.Device{Backend: fakepjrt.Open(t, 4).Backend, Name: "xla:cpu"}
	r, err := Create(filepath.Join(t.TempDir(), "run"), tiny(t, "pendulum"))
	if err != nil {
		t.Fatal(err)
	}
	for i, devices := range []int{4, 2, 0} {
		steps := 4 * (i + 1)
		edit(&r.Config, func(p *hgn.Params) { p.Steps = steps })
		o, err := r.Train(context.Background(), d, Options{Resume: i > 0, Devices: devices})
		if err != nil {
			t.Fatalf("%d devices: %v", devices, err)
		}
		if o.Devices != max(devices, 1) || o.Steps != steps {
			t.Errorf("%d devices: %+v", devices, o)
		}
	}
}

// Devices that a backend does not have, and batches that they cannot share, are refused before anything is simulated.
func TestTrainRefusesDevices(t *testing.T) {
	c := tiny(t, "pendulum")
	r := &Run{Dir: t.TempDir(), Config: c}
	simulated := func(int, int) { t.Error("data were made") }
	_, err := r.Train(context.Background(), open(t), Options{Devices: 2, Progress: simulated})
	badInput(t, err, "1 device", "2")
	four := &device.Device{Backend: fakepjrt.Open(t, 4).Backend, Name: "xla:cpu"}
	_, err = r.Train(context.Background(), four, Options{Devices: 3, Progress: simulated})
	badInput(t, err, "batch of 4", "3 devices")
}
