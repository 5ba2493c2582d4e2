package nhf

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/points"
	"hgn.local/gomlx_models/prior"
	"hgn.local/kernels_xla/graphtest"
	"hgn.local/pkg/density"
)

var ok = graphtest.OK

// tiny is a flow of a few hundred weights, in float64.
func tiny() Params {
	p := Quick()
	p.Preset, p.Dtype = "test", "float64"
	p.Hamiltonians, p.LeapfrogSteps, p.Importance = 2, 2, 1
	p.EnergyHidden, p.EncoderHidden = []int{7, 6}, []int{8}
	p.Steps, p.Batch, p.WarmUp = 100, 16, 0.1
	return p
}

func newModel(tb testing.TB, p Params, standard points.Standardizer) *Model {
	tb.Helper()
	backend := graphtest.Backend(tb)
	m, err := New(backend, p, standard)
	ok(tb, err)
	return m
}

// learn trains a new model of data, which is standardised.
func learn(tb testing.TB, p Params, data points.Points, steps int) (*Model, []fit.Losses) {
	tb.Helper()
	standard, err := points.Standardise(data)
	ok(tb, err)
	m := newModel(tb, p, standard)
	l, err := NewLearner(m, data)
	ok(tb, err)
	var losses []fit.Losses
	for step := range steps {
		x, err := l.Step(step)
		ok(tb, err)
		losses = append(losses, x)
	}
	return m, losses
}

// fourModes is a mixture of four normal densities in the plane, at (±2, ±2).
func fourModes(tb testing.TB) density.Exact {
	return mixture(tb, [][]float64{{-2, -2}, {-2, 2}, {2, -2}, {2, 2}}, []float64{0.5, 0.5, 0.5, 0.5})
}

// mixture has normal densities of equal weights, each with one scale in all coordinates.
func mixture(tb testing.TB, means [][]float64, scales []float64) density.Exact {
	tb.Helper()
	var components []*density.Gaussian
	for k, mean := range means {
		g, err := density.NewGaussian(mean, slices.Repeat(scales[k:k+1], len(mean)))
		ok(tb, err)
		components = append(components, g)
	}
	m, err := density.NewMixture(nil, components...)
	ok(tb, err)
	return m
}

// sample draws n points of a density.
func sample(of density.Target, seed uint64, n int) points.Points {
	return points.Points{X: of.Sample(rand.New(rand.NewPCG(seed, 0)), n), Dim: of.Dim()}
}

// normal is n points of N(0, 1) in dim coordinates.
func normal(seed uint64, n, dim int) points.Points {
	return sample(prior.Normal{D: dim, Scale: 1}, seed, n)
}

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v / float64(len(x))
	}
	return sum
}

// entropyOn is the mean of -log p over points.
func entropyOn(of density.Exact, x points.Points) float64 {
	sum := 0.0
	for i := range x.N() {
		sum -= of.LogDensity(x.At(i)) / float64(x.N())
	}
	return sum
}

// farthest is the largest difference of two lists.
func farthest(tb testing.TB, a, b []float64) float64 {
	tb.Helper()
	if len(a) != len(b) {
		tb.Fatalf("%d numbers and %d cannot be compared", len(a), len(b))
	}
	worst := 0.0
	for i := range a {
		if !(math.Abs(a[i]-b[i]) <= worst) {
			worst = math.Abs(a[i] - b[i])
		}
	}
	return worst
}
