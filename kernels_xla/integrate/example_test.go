package integrate_test

import (
	"fmt"
	"io"
	"log"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/device"
	"hgn.local/kernels_xla/integrate"
	"hgn.local/kernels_xla/phase"
)

// A pendulum (m = 1/2, g = 3, l = 1) swings for a second and back again: the program is compiled
// once, and only the sign of dt changes.
func Example() {
	pendulum := phase.Sum{
		K: func(p *Node) *Node { return ReduceSum(Square(p), -1) },
		V: func(q *Node) *Node { return MulScalar(ReduceSum(OneMinus(Cos(q)), -1), 1.5) },
	}
	goBackend, err := device.OpenGo(device.Options{Notice: io.Discard})
	if err != nil {
		log.Fatal(err)
	}
	trajectory, err := integrate.NewTrajectory(goBackend.Backend, model.NewStore(), integrate.Leapfrog,
		func(*model.Scope) phase.Dynamics { return pendulum }, 4)
	if err != nil {
		log.Fatal(err)
	}

	q := tensors.FromValue([][]float64{{1.5}})
	p := tensors.FromValue([][]float64{{0.25}})
	for _, dt := range []float64{0.125, -0.125} {
		qs, ps, err := trajectory.Run(q, p, tensors.FromScalar(dt), 8)
		if err != nil {
			log.Fatal(err)
		}
		angles, momenta := qs.Value().([][][]float64), ps.Value().([][][]float64)
		for i := 0; i <= 8; i += 4 {
			fmt.Printf("dt = %+.3f  step %d  q = %+.4f  p = %+.4f\n", dt, i, angles[i][0][0], momenta[i][0][0])
		}
		q, p = tensors.FromValue(angles[8]), tensors.FromValue(momenta[8])
	}
	// Output:
	// dt = +0.125  step 0  q = +1.5000  p = +0.2500
	// dt = +0.125  step 4  q = +1.3756  p = -0.4969
	// dt = +0.125  step 8  q = +0.5397  p = -1.1103
	// dt = -0.125  step 0  q = +0.5397  p = -1.1103
	// dt = -0.125  step 4  q = +1.3756  p = -0.4969
	// dt = -0.125  step 8  q = +1.5000  p = +0.2500
}
