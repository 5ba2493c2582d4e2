// Package bijectiontest holds the tests that every flow of exact density passes.
package bijectiontest

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"hgn.local/gomlx_models/bijection"
	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/points"
	"hgn.local/gomlx_models/prior"
	"hgn.local/kernels_xla/graphtest"
	"hgn.local/pkg/density"
)

var ok = graphtest.OK

// Flow makes an untrained flow, and what trains it on data.
type Flow func(standard points.Standardizer) (m *bijection.Model, learner func(data points.Points) (*fit.Learner, error), err error)

// Sample draws n points of a target.
func Sample(of density.Target, seed uint64, n int) points.Points {
	return points.Points{X: of.Sample(rand.New(rand.NewPCG(seed, 0)), n), Dim: of.Dim()}
}

// Learn trains a new flow on data, which is standardised.
func Learn(t testing.TB, flow Flow, data points.Points, steps int) (*bijection.Model, []fit.Losses) {
	t.Helper()
	standard, err := points.Standardise(data)
	ok(t, err)
	m, learner, err := flow(standard)
	ok(t, err)
	return m, train(t, learner, data, 0, steps)
}

// train does some steps of a training.
func train(t testing.TB, learner func(points.Points) (*fit.Learner, error), data points.Points, from, to int) (losses []fit.Losses) {
	t.Helper()
	l, err := learner(data)
	ok(t, err)
	for step := from; step < to; step++ {
		x, err := l.Step(step)
		ok(t, err)
		losses = append(losses, x)
	}
	return losses
}

// Reversal fails unless the flow returns to where it started, up to a tolerance, and moves those coordinates that it
// shall move.
func Reversal(t *testing.T, flow Flow, dim int, tolerance float64, moves func(k int) bool) {
	t.Helper()
	m, _, err := flow(points.Identity(dim))
	ok(t, err)
	worst, err := m.ReversalError(1, 50)
	ok(t, err)
	if !(worst <= tolerance) {
		t.Errorf("back and forth misses by %g", worst)
	}
	z, err := m.SamplePrior(1, 1)
	ok(t, err)
	x, err := m.Forward(z)
	ok(t, err)
	for k := range dim {
		if moved := math.Abs(x.X[k]-z.X[k]) > 1e-6; moved != moves(k) {
			t.Errorf("that coordinate %d moves is %v", k, moved)
		}
	}
}

// LogProbIsExact fails unless log p is that of the normal prior plus the logarithm of the determinant of Inverse, by
// finite differences, after some steps of training and in other units.
func LogProbIsExact(t *testing.T, flow Flow, dim int) {
	t.Helper()
	const h = 1e-5
	standard := points.Identity(dim)
	for k := range dim {
		standard.Mean[k], standard.Scale[k] = float64(k)-1, 0.5+float64(k)
	}
	base := prior.Normal{D: dim, Scale: 1}
	data := Sample(base, 1, 64)
	m, learner, err := flow(standard)
	ok(t, err)
	train(t, learner, data, 0, 20)
	x := data.Part(0, 3)
	logP, err := m.LogProb(x)
	ok(t, err)
	for i := range x.N() {
		jacobian := mat.NewDense(dim, dim, nil)
		for k := range dim {
			moved := points.New(2, dim)
			for j, shift := range []float64{-h, h} {
				copy(moved.At(j), x.At(i))
				moved.At(j)[k] += shift
			}
			z, err := m.Inverse(moved)
			ok(t, err)
			for r := range dim {
				jacobian.Set(r, k, (z.At(1)[r]-z.At(0)[r])/(2*h))
			}
		}
		z, err := m.Inverse(x.Part(i, 1))
		ok(t, err)
		logDet, _ := mat.LogDet(jacobian)
		if want := base.LogDensity(z.X) + logDet; math.Abs(logP[i]-want) > 1e-7 {
			t.Errorf("%d dimensions: log p is %.10g, the change of variables gives %.10g", dim, logP[i], want)
		}
	}
}

// Learns fails unless a short training on two modes lowers the negative log-likelihood to near the entropy, the density
// integrates to 1, and samples have the log p of the data.
func Learns(t *testing.T, flow Flow, steps int) {
	t.Helper()
	var modes []*density.Gaussian
	for _, at := range []float64{-1, 1} {
		g, err := density.NewGaussian([]float64{at, at}, []float64{0.5, 1})
		ok(t, err)
		modes = append(modes, g)
	}
	target, err := density.NewMixture(nil, modes...)
	ok(t, err)
	m, losses := Learn(t, flow, Sample(target, 1, 4000), steps)
	test := Sample(target, 2, 1000)
	logP, err := m.LogProb(test)
	ok(t, err)
	entropy := 0.0
	for i := range test.N() {
		entropy -= target.LogDensity(test.At(i)) / float64(test.N())
	}
	nll := -stat.Mean(logP, nil)
	t.Logf("NLL %.3f, entropy %.3f, first loss %.3f", nll, entropy, losses[0]["loss"])
	if nll > entropy+0.1 || nll > losses[0]["loss"]-0.1 {
		t.Errorf("the NLL is %.3f, the entropy %.3f, the first loss %.3f", nll, entropy, losses[0]["loss"])
	}
	const n, half = 80, 7.0
	grid, sum := points.New(n*n, 2), 0.0
	for i := range n * n {
		grid.At(i)[0], grid.At(i)[1] = half*((2*float64(i%n)+1)/n-1), half*((2*float64(i/n)+1)/n-1)
	}
	logP, err = m.LogProb(grid)
	ok(t, err)
	for _, l := range logP {
		sum += math.Exp(l) * 4 * half * half / (n * n)
	}
	if math.Abs(sum-1) > 0.02 {
		t.Errorf("the density integrates to %.4f", sum)
	}
	x, err := m.Sample(3, 4000)
	ok(t, err)
	own, err := m.LogProb(x)
	ok(t, err)
	if off := stat.Mean(own, nil) + entropy; math.Abs(off) > 0.2 {
		t.Errorf("its samples have a mean log p that is off by %.3f", off)
	}
}

// GoesOn fails unless the same seed trains the same flow, and a training goes on from the store where it was left.
func GoesOn(t *testing.T, flow Flow) {
	t.Helper()
	data := Sample(prior.Normal{D: 8, Scale: 2}, 1, 100)
	_, first := Learn(t, flow, data, 10)
	standard, err := points.Standardise(data)
	ok(t, err)
	_, learner, err := flow(standard)
	ok(t, err)
	again := append(train(t, learner, data, 0, 5), train(t, learner, data, 5, 10)...)
	if !slices.EqualFunc(first, again, maps.Equal) {
		t.Errorf("two trainings with the same seed differ:\n%v\n%v", first, again)
	}
}

// Check fails unless an empty store is found incomplete once, the flow has so many parameters, and the variables of a
// flow of other widths do not pass.
func Check(t *testing.T, flow, other Flow, parameters int) {
	t.Helper()
	m, _, err := flow(points.Identity(2))
	ok(t, err)
	if m.Check() == nil {
		t.Error("an empty store passes")
	}
	if err := m.Check(); err != nil {
		t.Errorf("a complete store fails: %v", err)
	}
	o, _, err := other(points.Identity(2))
	ok(t, err)
	for v := range m.Store().IterVariables() {
		_, err := v.CloneToStore(o.Store())
		ok(t, err)
	}
	if o.Check() == nil {
		t.Error("the variables of another model pass")
	}
	if n := m.Parameters(); n != parameters {
		t.Errorf("the model has %d parameters, want %d", n, parameters)
	}
}

// Name names a case of Reversal.
func Name(dim, layers int, dtype string) string {
	return fmt.Sprintf("%d layers in %d dimensions, %s", layers, dim, dtype)
}
