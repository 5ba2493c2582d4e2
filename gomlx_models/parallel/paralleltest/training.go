package paralleltest

import (
	"math"
	"testing"

	"github.com/gomlx/compute"

	"hgn.local/kernels_xla/graphtest"
)

const (
	trained = 50   // steps
	Within  = 1e-5 // is what losses may differ by, relative to those on one device
)

// CheckTraining trains a model on 1, 2 and 4 devices of the backend that tests run on, and skips the test where it has
// fewer. begin makes a new model, spreads its training over so many devices, and returns what does a step of it: its losses.
// In each of 50 steps they must be those on one device, to Within. In float32 they are for some steps only: a sum over the
// batch is rounded in another order, and Adam's first steps are as long for a tiny derivative as for a large one. So begin has
// the model train in float64.
func CheckTraining(t *testing.T, begin func(t *testing.T, backend compute.Backend, devices int) (step func(step int) ([]float64, error))) {
	t.Helper()
	d := graphtest.Device(t)
	if n := d.Backend.NumDevices(); n < 4 {
		t.Skipf("%s has too few devices, %d: GOMLX_BACKEND names no backend with 4", d.Name, n)
	}
	var alone [][]float64
	for _, n := range []int{1, 2, 4} {
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
				if !(apart <= Within) {
					t.Fatalf("on %d devices loss %d of step %d is %.9g, on one %.9g", n, k, i+1, x, alone[i][k])
				}
				worst = max(worst, apart)
			}
		}
		t.Logf("%d devices: the loss goes from %.6g; losses differ by at most %.1e", n, alone[0][0], worst)
	}
	if first, last := alone[0][0], alone[trained-1][0]; !(math.Abs(last-first) > 100*Within*math.Abs(first)) {
		t.Errorf("the loss was %g and is %g: nothing was learned", first, last)
	}
}
