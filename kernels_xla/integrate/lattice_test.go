package integrate_test

import (
	"math"
	"math/rand/v2"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/integrate"
	"hgn.local/kernels_xla/phase"
)

// ridges is H = (p² + q²)/2 + Σ cos(3 q_i) + cos(3 (q_1 + q_2)), which is chaotic and stays in place.
func ridges(*model.Scope) phase.Dynamics {
	return phase.Sum{
		K: func(p *Node) *Node { return MulScalar(ReduceSum(Square(p), -1), 0.5) },
		V: func(q *Node) *Node {
			sum := ReduceSum(q, -1)
			return Add(ReduceSum(Add(MulScalar(Square(q), 0.5), Cos(MulScalar(q, 3))), -1), Cos(MulScalar(sum, 3)))
		},
	}
}

// On a lattice, a long chaotic float32 trajectory returns to the bits where it started, which the plain method is far from;
// and a short one is the plain method's up to the lattice.
func TestOnLattice(t *testing.T) {
	const n, steps, bits = 64, 300, 18
	r := rand.New(rand.NewPCG(1, 2))
	start := func() *tensors.Tensor {
		x := make([]float32, 2*n)
		for i := range x {
			x[i] = float32(math.Ldexp(math.Round(math.Ldexp(r.NormFloat64(), bits)), -bits))
		}
		return tensors.FromFlatDataAndDimensions(x, n, 2)
	}
	q, p := start(), start()
	flat := func(x *tensors.Tensor) []float32 { return tensors.MustCopyFlatData[float32](x) }
	last := func(x *tensors.Tensor, at int) *tensors.Tensor {
		return tensors.FromFlatDataAndDimensions(append([]float32(nil), flat(x)[at*2*n:(at+1)*2*n]...), n, 2)
	}
	for _, m := range []integrate.Splitting{integrate.Leapfrog, integrate.Yoshida4} {
		back := map[bool]float64{}
		var plain []float32
		for _, lattice := range []bool{false, true} {
			in := m
			if lattice {
				in = m.OnLattice(bits)
			}
			trajectory, err := integrate.NewTrajectory(backend(t), model.NewStore(), in, ridges, 20)
			if err != nil {
				t.Fatal(err)
			}
			qs, ps, err := trajectory.Run(q, p, tensors.FromScalar(float32(0.1)), steps)
			if err != nil {
				t.Fatal(err)
			}
			if early := flat(qs)[5*2*n : 6*2*n]; !lattice {
				plain = early
			} else {
				for i := range early {
					if math.Abs(float64(early[i]-plain[i])) > 1e-3 {
						t.Errorf("%s: after 5 steps on the lattice a position is %g, without it %g", m.Name(), early[i], plain[i])
					}
				}
			}
			qs, ps, err = trajectory.Run(last(qs, steps), last(ps, steps), tensors.FromScalar(float32(-0.1)), steps)
			if err != nil {
				t.Fatal(err)
			}
			for i := range 2 * n {
				back[lattice] = max(back[lattice],
					math.Abs(float64(flat(qs)[steps*2*n+i]-flat(q)[i])), math.Abs(float64(flat(ps)[steps*2*n+i]-flat(p)[i])))
			}
		}
		t.Logf("%s: back after %d steps to %g, on the lattice to %g", m.Name(), steps, back[false], back[true])
		if back[true] != 0 || !(back[false] > 1e-3) {
			t.Errorf("%s: back after %d steps to %g, on the lattice to %g", m.Name(), steps, back[false], back[true])
		}
	}
}
