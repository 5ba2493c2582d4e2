package paralleltest

import (
	"io"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/gomlx/compute"

	"hgn.local/kernels_xla/device"
	"hgn.local/kernels_xla/graphtest"
)

const (
	trained = 50   // steps
	most    = 4    // devices
	within  = 1e-5 // what losses may differ by, relative to those on one device
)

// several is what tests run on with the devices that trainings are spread over. XLA's CPU plugin opens with one unless more are
// asked for; a client of its own leaves the other tests theirs.
var several = sync.OnceValues(func() (*device.Device, error) {
	return device.Open(device.Options{Devices: most, InstallTimeout: -1, Notice: io.Discard})
})

// CheckTraining trains a model on 1, 2 and 4 devices of the backend that GOMLX_BACKEND names, and skips the test unless that
// is XLA, the one that can have several. begin makes a new model, spreads its training over so many devices, and returns what
// does a step of it and gives its losses. In each of 50 steps they must be those on one device, to 1e-5: a sum over the batch
// is rounded in another order, which float32 shows in the seventh digit.
func CheckTraining(t *testing.T, begin func(t *testing.T, backend compute.Backend, devices int) (step func(step int) ([]float64, error))) {
	t.Helper()
	if d := graphtest.Device(t); !strings.HasPrefix(d.Name, "xla:") {
		t.Skipf("%s has one device: let GOMLX_BACKEND name XLA", d.Name)
	}
	d, err := several()
	graphtest.OK(t, err)
	if n := d.Backend.NumDevices(); n < most {
		t.Fatalf("%s has %d devices, and the test wants %d", d.Describe(), n, most)
	}
	var alone [][]float64
	for _, n := range []int{1, 2, most} {
		step := begin(t, d.Backend, n)
		worst := 0.0
		for i := range trained {
			losses, err := step(i)
			graphtest.OK(t, err)
			if n == 1 {
				alone = append(alone, losses)
				continue
			}
			for k, x := range losses {
				apart := math.Abs(x-alone[i][k]) / math.Abs(alone[i][k])
				if x == alone[i][k] {
					apart = 0
				}
				if !(apart <= within) {
					t.Fatalf("on %d devices loss %d of step %d is %.9g, on one %.9g", n, k, i+1, x, alone[i][k])
				}
				worst = max(worst, apart)
			}
		}
		t.Logf("%d devices: the loss goes from %.6g to %.6g; losses differ by at most %.1e of those on one", n, alone[0][0], alone[trained-1][0], worst)
	}
	if first, last := alone[0][0], alone[trained-1][0]; !(math.Abs(last-first) > 100*within*math.Abs(first)) {
		t.Errorf("the loss was %g and is %g: nothing was learned", first, last)
	}
}
