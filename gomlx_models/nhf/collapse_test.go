package nhf

import (
	"math"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"gonum.org/v1/gonum/floats"

	"hgn.local/gomlx_models/nets"
	"hgn.local/gomlx_models/points"
	"hgn.local/kernels_xla/integrate"
)

// circle is n points evenly around the unit circle, times √2: means 0 and variances 1, as a standardised ring has them.
func circle(n int) points.Points {
	x := points.New(n, 2)
	for i := range n {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		x.At(i)[0], x.At(i)[1] = math.Sqrt2*cos, math.Sqrt2*sin
	}
	return x
}

// slope is the norm of the derivative of the mean log weight by the readouts of every K and V, where these are flat, the
// encoder is N(0, 1) and each point meets the same momenta: all pairs of q and noise.
func slope(t *testing.T, spring float64, q, noise points.Points) float64 {
	t.Helper()
	p := tiny()
	p.Spring, p.Dt, p.LeapfrogSteps = spring, 0.1, 7 // small steps, with which the springs turn a normal density into itself
	m := newModel(t, p, points.Identity(2))
	ok(t, m.build())
	for v := range m.store.IterVariables() {
		if name := v.Name(); name == "readout" || v.Scope() == "/encoder/mean" || v.Scope() == "/encoder/log_scale" {
			ok(t, v.SetValue(nets.Tensor(m.dtype, make([]float64, v.Shape().Size()), v.Shape().Dimensions...)))
		}
	}
	exec, err := model.NewExec(m.backend, m.store, func(scope *model.Scope, q, noise *Node) []*Node {
		logW, _ := m.logWeights(scope, integrate.Leapfrog, q, noise, m.position, m.momentum)
		bound, total := ReduceAllMean(logW), ScalarZero(q.Graph(), m.dtype)
		for v := range m.store.IterVariables() {
			if v.Name() == "readout" {
				total = Add(total, ReduceAllSum(Square(Gradient(bound, v.NodeValue(q.Graph()))[0])))
			}
		}
		return []*Node{Sqrt(total)}
	})
	ok(t, err)
	a, b := points.New(q.N()*noise.N(), 2), points.New(q.N()*noise.N(), 2)
	for i := range a.N() {
		copy(a.At(i), q.At(i/noise.N()))
		copy(b.At(i), noise.At(i%noise.N()))
	}
	out, err := exec.Call(a.Tensor(m.dtype, a.N()), b.Tensor(m.dtype, b.N()))
	ok(t, err)
	return nets.Float64s(out[0])[0]
}

// A flow with flat energies is stationary on every density with means 0, and learns nothing of a ring to first order. With
// springs it does, and is stationary on a normal density, which it has already.
func TestSpringsMakeRingsVisible(t *testing.T) {
	// Points and momenta without noise of their own: quantiles of the normal density in polar coordinates.
	const rays, shells = 12, 16
	normal := points.New(rays*shells, 2)
	variance := 0.0
	for i := range normal.N() {
		r := math.Sqrt(-2 * math.Log(1-(float64(i/rays)+0.5)/shells))
		sin, cos := math.Sincos(2 * math.Pi * (float64(i%rays) + 0.5*float64(i/rays%2)) / rays)
		normal.At(i)[0], normal.At(i)[1] = r*cos, r*sin
		variance += r * r / 2 / (rays * shells)
	}
	floats.Scale(1/math.Sqrt(variance), normal.X)
	flat, springs := slope(t, 0, circle(rays), normal), slope(t, 0.7, circle(rays), normal)
	known := slope(t, 0.7, normal, normal)
	t.Logf("on a ring %.2g, with springs %.3f; with springs on a normal density %.2g", flat, springs, known)
	if !(flat < 1e-3) {
		t.Errorf("without springs a ring moves the energies by %g: what the package says of collapse is wrong", flat)
	}
	if !(springs > 0.1) || !(springs > 5*known) {
		t.Errorf("with springs a ring moves the energies by %g, and a normal density by %g", springs, known)
	}
}
