package selftest

import (
	"fmt"
	"math"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/integrate"
	"hgn.local/kernels_xla/phase"
)

// pendulum is H = p²/2 + 1 - cos q.
func pendulum(*model.Scope) phase.Dynamics {
	return phase.Sum{
		K: func(p *Node) *Node { return MulScalar(ReduceSum(Square(p), -1), 0.5) },
		V: func(q *Node) *Node { return ReduceSum(OneMinus(Cos(q)), -1) },
	}
}

// These are the start and the time of the integrations, and the larger of the two steps that show the order.
const (
	q0, p0  = 1.0, 0.5
	reached = 3.2
	coarse  = 0.4
)

// integrator checks an integrator on the pendulum.
func integrator(b compute.Backend, in integrate.Integrator) (checks []Check, err error) {
	q, p := exactly(q0, p0, reached)
	t, err := integrate.NewTrajectory(b, model.NewStore(), in, pendulum, 8)
	if err != nil {
		return nil, err
	}
	off := func(dt float64) (float64, error) {
		qs, ps, err := run(t, q0, p0, dt, int(math.Round(reached/dt)))
		if err != nil {
			return 0, err
		}
		last := len(qs) - 1
		return math.Hypot(qs[last]-q, ps[last]-p), nil
	}
	far, err := off(coarse)
	if err != nil {
		return nil, err
	}
	near, err := off(coarse / 4)
	if err != nil {
		return nil, err
	}
	checks = append(checks, check(in.Name()+": order of convergence", math.Log2(far/near)/2, float64(in.Order()), 0.35))
	if !in.Symmetric() {
		return checks, nil
	}
	qs, ps, err := run(t, q0, p0, 0.125, 64)
	if err != nil {
		return checks, err
	}
	low, high := math.Inf(1), math.Inf(-1)
	for i := range qs {
		h := ps[i]*ps[i]/2 + 1 - math.Cos(qs[i])
		low, high = min(low, h), max(high, h)
	}
	back, backP, err := run(t, qs[64], ps[64], -0.125, 64)
	if err != nil {
		return checks, err
	}
	return append(checks,
		check(in.Name()+": start after 64 steps there and back", math.Hypot(back[64]-q0, backP[64]-p0), 0, 2e-5),
		check(in.Name()+": spread of the energy over 64 steps", high-low, 0, 5e-3)), nil
}

// run integrates one state.
func run(t *integrate.Trajectory, q, p, dt float64, steps int) (qs, ps []float64, err error) {
	one := func(x float64) *tensors.Tensor { return tensors.FromFlatDataAndDimensions([]float32{float32(x)}, 1, 1) }
	tq, tp, err := t.Run(one(q), one(p), tensors.FromScalar(float32(dt)), steps)
	if err != nil {
		return nil, nil, fmt.Errorf("integrating the pendulum: %w", err)
	}
	wide := func(x *tensors.Tensor) []float64 {
		var out []float64
		for _, v := range tensors.MustCopyFlatData[float32](x) {
			out = append(out, float64(v))
		}
		return out
	}
	return wide(tq), wide(tp), nil
}

// exactly returns the state after a time, computed by many steps of the classical Runge-Kutta method in float64.
func exactly(q, p, time float64) (float64, float64) {
	const n = 20000
	h := time / n
	for range n {
		q1, p1 := p, -math.Sin(q)
		q2, p2 := p+h/2*p1, -math.Sin(q+h/2*q1)
		q3, p3 := p+h/2*p2, -math.Sin(q+h/2*q2)
		q4, p4 := p+h*p3, -math.Sin(q+h*q3)
		q, p = q+h/6*(q1+2*q2+2*q3+q4), p+h/6*(p1+2*p2+2*p3+p4)
	}
	return q, p
}
