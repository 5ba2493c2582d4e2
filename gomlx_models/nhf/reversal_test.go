package nhf

import (
	"fmt"
	"math"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
	"gonum.org/v1/gonum/mat"

	"hgn.local/gomlx_models/nets"
	"hgn.local/gomlx_models/points"
	"hgn.local/kernels_xla/integrate"
)

// reversal bounds what is left of a way forward and back, in standardised units. Refreshments are not on the lattice,
// and are undone up to rounding.
func reversal(p Params) float64 {
	bound := map[string]float64{"float32": 1e-5, "float64": 1e-12}[p.Dtype]
	if p.Refresh != noRefresh {
		bound *= 50
	}
	return bound
}

// checkReversal fails where forward and then inverse does not return to the start; and where the flow moves neither
// positions nor momenta by least, so that returning would say nothing.
func checkReversal(t *testing.T, name string, m *Model, least float64) {
	t.Helper()
	tolerance := reversal(m.Params)
	worst, err := m.ReversalError(1, 100)
	ok(t, err)
	if !(worst <= tolerance) {
		t.Errorf("%s, %s: back and forth misses by %g", name, m.Params.Dtype, worst)
	}
	standard, err := m.standard()
	ok(t, err)
	q, momenta := normal(1, 100, m.Dim()), normal(2, 100, m.Dim())
	qT, pT, err := m.Forward(standard.Inverse(q), momenta)
	ok(t, err)
	if moved := standard.Forward(qT); farthest(t, q.X, moved.X) < least || farthest(t, momenta.X, pT.X) < least {
		t.Errorf("%s moves positions by %g and momenta by %g only", name, farthest(t, q.X, moved.X), farthest(t, momenta.X, pT.X))
	}
	q0, p0, err := m.Inverse(qT, pT)
	ok(t, err)
	if q0 = standard.Forward(q0); !(farthest(t, q.X, q0.X) <= tolerance) || !(farthest(t, momenta.X, p0.X) <= tolerance) {
		t.Errorf("%s, %s: the inverse misses positions by %g, momenta by %g", name, m.Params.Dtype, farthest(t, q.X, q0.X), farthest(t, momenta.X, p0.X))
	}
}

// Forward and then inverse returns to the start, in both precisions and in 1, 2 and 8 dimensions, and where a trained flow
// stretches one mode into four.
func TestReversal(t *testing.T) {
	for name, p := range variants() {
		for _, dim := range []int{1, 2, 8} {
			for _, p.Dtype = range []string{"float32", "float64"} {
				checkReversal(t, name, newModel(t, p, points.Identity(dim)), 0.02)
			}
		}
	}
	m, _ := trained(t)
	checkReversal(t, "trained", m, 0.5)
	checkReversal(t, "trained", inFloat64(t, m), 0.5)
}

// inFloat64 is a float32 model with the same weights in float64.
func inFloat64(t *testing.T, m *Model) *Model {
	t.Helper()
	p := m.Params
	p.Dtype = "float64"
	standard, err := m.standard()
	ok(t, err)
	wide := newModel(t, p, standard)
	ok(t, wide.build())
	for v := range wide.store.IterVariables() {
		if v.Trainable {
			ok(t, v.SetValue(nets.Tensor(wide.dtype, nets.Float64s(m.store.GetVariable(v.Path()).MustValue()), v.Shape().Dimensions...)))
		}
	}
	return wide
}

// determinant is that of the Jacobian of Forward at a state, by finite differences in float64.
func determinant(t *testing.T, m *Model, position, momentum []float64) float64 {
	t.Helper()
	const h = 4e-5
	dim := m.Dim()
	q, momenta := points.New(8*dim, dim), points.New(8*dim, dim)
	for i := range 8 * dim { // coordinate i/4 of (q, p) moved by -2h, -h, h and 2h
		copy(q.At(i), position)
		copy(momenta.At(i), momentum)
		shift := []float64{-2, -1, 1, 2}[i%4] * h
		if k := i / 4; k < dim {
			q.At(i)[k] += shift
		} else {
			momenta.At(i)[k-dim] += shift
		}
	}
	qT, pT, err := m.Forward(q, momenta)
	ok(t, err)
	jacobian := mat.NewDense(2*dim, 2*dim, nil)
	for k := range 2 * dim {
		for r := range 2 * dim {
			value := func(j int) float64 {
				if r < dim {
					return qT.At(4*k + j)[r]
				}
				return pT.At(4*k + j)[r-dim]
			}
			jacobian.Set(r, k, (8*(value(2)-value(1))-(value(3)-value(0)))/(12*h))
		}
	}
	return mat.Det(jacobian)
}

// The determinant of the flow's Jacobian is 1, up to its sign, before and after training; with refreshments it is what
// the density of states has of it.
func TestVolume(t *testing.T) {
	flows := map[string]*Model{}
	for name, p := range variants() {
		for _, dim := range []int{1, 2, 8} {
			flows[fmt.Sprintf("%s in %d dimensions", name, dim)] = newModel(t, p, points.Identity(dim))
		}
	}
	m, _ := trained(t)
	flows["trained"] = inFloat64(t, m)
	for name, m := range flows {
		q, momenta, err := m.SamplePrior(3, 3)
		ok(t, err)
		farthest := 0.0 // of the determinants from 1
		for i := range q.N() {
			qT, pT, err := m.Forward(q.Part(i, 1), momenta.Part(i, 1))
			ok(t, err)
			joint, err := m.LogJoint(qT, pT)
			ok(t, err)
			standard, err := m.standard()
			ok(t, err)
			start := m.position.LogDensity(standard.Forward(q.Part(i, 1)).X) + m.momentum.LogDensity(momenta.At(i)) + standard.LogDet()
			want, tolerance := math.Exp(start-joint[0]), 1e-8
			if m.Params.Refresh == noRefresh {
				want = 1
			} else {
				tolerance = 1e-5
			}
			farthest = math.Max(farthest, math.Abs(want-1))
			if det := math.Abs(determinant(t, m, q.At(i), momenta.At(i))); !(math.Abs(det/want-1) <= tolerance) {
				t.Errorf("%s: |det J| = %g where %g is right", name, det, want)
			}
		}
		if m.Params.Refresh != noRefresh && farthest < 1e-3 {
			t.Errorf("%s: refreshments whose determinants differ from 1 by %g say nothing", name, farthest)
		}
	}
}

// The density is evaluated with the very inverse that ReversalError and Inverse are about: in a flow that magnifies rounding
// errors, log w is π at the state that Inverse gives, and with the leapfrog of training it would be another number.
func TestLogProbUsesTheExactInverse(t *testing.T) {
	p := tiny()
	p.Dtype, p.Dt, p.LearnDt, p.Hamiltonians, p.LeapfrogSteps = "float32", 0.7, false, 4, 5
	m := newModel(t, p, points.Identity(2))
	ok(t, m.build())
	for v := range m.store.IterVariables() { // forces strong enough for chaos
		if x := nets.Float64s(v.MustValue()); v.Trainable {
			for i := range x {
				x[i] *= 2.5
			}
			ok(t, v.SetValue(nets.Tensor(m.dtype, x, v.Shape().Dimensions...)))
		}
	}
	plain, err := model.NewExec(m.backend, m.store, func(scope *model.Scope, q, noise *Node) []*Node {
		logW, _ := m.logWeights(scope, integrate.Leapfrog, q, noise, m.position, m.momentum)
		return []*Node{logW}
	})
	ok(t, err)
	q, noise := normal(1, 200, 2), points.New(200, 2) // without noise the momenta are the encoder's means
	evaluated, err := m.run(m.weightsExec, q, noise, 1)
	ok(t, err)
	other, err := m.run(plain, q, noise, 1)
	ok(t, err)
	momenta, logF, err := m.Encode(q, noise)
	ok(t, err)
	q0, p0, err := m.Inverse(q, momenta)
	ok(t, err)
	want := make([]float64, q.N())
	for i := range want {
		want[i] = m.position.LogDensity(q0.At(i)) + m.momentum.LogDensity(p0.At(i))
		want[i] -= logF[i]
		// relative, as the logarithms of far away states are large
		size := math.Max(1, math.Abs(want[i]))
		evaluated[0].X[i], other[0].X[i], want[i] = evaluated[0].X[i]/size, other[0].X[i]/size, want[i]/size
	}
	if off := farthest(t, evaluated[0].X, want); !(off < 1e-5) {
		t.Errorf("log w differs by %g from what the inverse gives", off)
	}
	if off := farthest(t, other[0].X, want); !(off > 1e-4) {
		t.Errorf("this flow would not show another inverse: with the plain leapfrog log w differs by %g", off)
	}
}
