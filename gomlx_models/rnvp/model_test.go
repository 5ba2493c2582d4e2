package rnvp

import (
	"errors"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/points"
	"hgn.local/gomlx_models/prior"
	"hgn.local/kernels_xla/graphtest"
	"hgn.local/pkg/density"
)

var ok = graphtest.OK

var _ points.Model = (*Model)(nil)

// tiny is a flow of a few hundred weights, in float64.
func tiny() Params {
	p := Quick()
	p.Preset, p.Dtype, p.Hidden, p.Steps, p.Batch, p.WarmUp = "test", "float64", []int{8, 7}, 100, 16, 0.1
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

func sample(of density.Target, seed uint64, n int) points.Points {
	return points.Points{X: of.Sample(rand.New(rand.NewPCG(seed, 0)), n), Dim: of.Dim()}
}

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v / float64(len(x))
	}
	return sum
}

// The flow returns to where it started, in both precisions, and moves points; every layer moves what the one before it
// kept.
func TestReversal(t *testing.T) {
	for _, dim := range []int{2, 3, 8} {
		for _, layers := range []int{1, 2, 12} {
			for dtype, tolerance := range map[string]float64{"float32": 1e-5, "float64": 1e-13} {
				p := tiny()
				p.Layers, p.Dtype = layers, dtype
				m := newModel(t, p, points.Identity(dim))
				worst, err := m.ReversalError(1, 50)
				ok(t, err)
				if !(worst <= tolerance) {
					t.Errorf("%d layers in %d dimensions, %s: back and forth misses by %g", layers, dim, dtype, worst)
				}
				z, err := m.SamplePrior(1, 1)
				ok(t, err)
				x, err := m.Forward(z)
				ok(t, err)
				for k := range dim {
					if moved := math.Abs(x.X[k]-z.X[k]) > 1e-6; moved != (k%2 == 1 || layers > 1) {
						t.Errorf("%d layers in %d dimensions: that coordinate %d moves is %v", layers, dim, k, moved)
					}
				}
			}
		}
	}
}

// log p is that of the normal prior plus the logarithm of the determinant of Inverse, by finite differences, in other
// units too.
func TestLogProbIsExact(t *testing.T) {
	const h = 1e-5
	for _, dim := range []int{2, 8} {
		standard := points.Identity(dim)
		for k := range dim {
			standard.Mean[k], standard.Scale[k] = float64(k)-1, 0.5+float64(k)
		}
		data := sample(prior.Normal{D: dim, Scale: 1}, 1, 64)
		m := newModel(t, tiny(), standard)
		l, err := NewLearner(m, data)
		ok(t, err)
		for step := range 20 {
			_, err := l.Step(step)
			ok(t, err)
		}
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
			if want := (prior.Normal{D: dim, Scale: 1}).LogDensity(z.X) + logDet; math.Abs(logP[i]-want) > 1e-7 {
				t.Errorf("%d dimensions: log p is %.10g, the change of variables gives %.10g", dim, logP[i], want)
			}
		}
	}
}

// A short training on two moons-like, correlated data lowers the NLL to near the entropy, and the density integrates
// to 1.
func TestLearns(t *testing.T) {
	var modes []*density.Gaussian
	for _, at := range []float64{-1, 1} {
		g, err := density.NewGaussian([]float64{at, at}, []float64{0.5, 1})
		ok(t, err)
		modes = append(modes, g)
	}
	target, err := density.NewMixture(nil, modes...)
	ok(t, err)
	p := Quick()
	p.Hidden, p.Steps, p.Batch, p.LearningRate = []int{32}, 400, 128, 1e-2
	m, losses := learn(t, p, sample(target, 1, 4000), p.Steps)
	test := sample(target, 2, 1000)
	logP, err := m.LogProb(test)
	ok(t, err)
	entropy := 0.0
	for i := range test.N() {
		entropy -= target.LogDensity(test.At(i)) / float64(test.N())
	}
	t.Logf("NLL %.3f, entropy %.3f, first loss %.3f", -mean(logP), entropy, losses[0]["loss"])
	if -mean(logP) > entropy+0.1 || -mean(logP) > losses[0]["loss"]-0.1 {
		t.Errorf("the NLL is %.3f, the entropy %.3f, the first loss %.3f", -mean(logP), entropy, losses[0]["loss"])
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
	if math.Abs(mean(own)+entropy) > 0.2 {
		t.Errorf("its samples have the mean log p %.3f where the data's is %.3f", mean(own), -entropy)
	}
}

// The same seed trains the same model, and a training goes on from the store where it was left.
func TestTrainingIsDeterministicAndGoesOn(t *testing.T) {
	p := tiny()
	data := sample(prior.Normal{D: 8, Scale: 2}, 1, 100)
	_, first := learn(t, p, data, 10)
	m, again := learn(t, p, data, 5)
	l, err := NewLearner(m, data)
	ok(t, err)
	for step := 5; step < 10; step++ {
		x, err := l.Step(step)
		ok(t, err)
		again = append(again, x)
	}
	if !slices.EqualFunc(first, again, maps.Equal) {
		t.Errorf("two trainings with the same seed differ:\n%v\n%v", first, again)
	}
}

// Bad input is one clear sentence, marked as such.
func TestRefuses(t *testing.T) {
	backend := graphtest.Backend(t)
	for name, spoil := range map[string]func(p *Params){
		"layers": func(p *Params) { p.Layers = 0 }, "hidden": func(p *Params) { p.Hidden = nil }, "dtype": func(p *Params) { p.Dtype = "float16" },
		"steps": func(p *Params) { p.Steps = 0 }, "batch": func(p *Params) { p.Batch = -1 }, "learning_rate": func(p *Params) { p.LearningRate = math.NaN() },
		"beta2": func(p *Params) { p.Beta2 = 1 }, "warm_up": func(p *Params) { p.WarmUp = -1 }, "clip_norm": func(p *Params) { p.ClipNorm = -1 },
	} {
		p := tiny()
		spoil(&p)
		_, err := New(backend, p, points.Identity(2))
		refused(t, err, name)
	}
	_, err := New(backend, tiny(), points.Identity(1))
	refused(t, err, "at least 2")
	_, err = New(backend, tiny(), points.Standardizer{Mean: []float64{0, 0}, Scale: []float64{1, -1}})
	refused(t, err, "positive")
	m := newModel(t, tiny(), points.Identity(2))
	_, err = m.LogProb(points.New(3, 5))
	refused(t, err, "5 coordinates")
	_, err = m.Sample(1, 0)
	refused(t, err, "at least 1")
	_, err = NewLearner(m, points.New(10, 2))
	refused(t, err, "every point")
	for name := range presets {
		p, err := Preset(name)
		ok(t, err)
		if p.Preset != name || p.Validate(2) != nil || p.Plan().Steps != p.Steps {
			t.Errorf("preset %s is %+v", name, p)
		}
	}
	_, err = Preset("huge")
	refused(t, err, "cpu, paper, quick")
}

func refused(t *testing.T, err error, says string) {
	t.Helper()
	var bad interface{ BadInput() bool }
	if err == nil || !strings.Contains(err.Error(), says) || !errors.As(err, &bad) {
		t.Errorf("the error is %v, which does not say %q", err, says)
	}
}

// Check fails for a store without the model's variables, and then for none.
func TestCheck(t *testing.T) {
	m := newModel(t, tiny(), points.Identity(2))
	if m.Check() == nil {
		t.Error("an empty store passes")
	}
	if err := m.Check(); err != nil {
		t.Errorf("a complete store fails: %v", err)
	}
	p := tiny()
	p.Hidden = []int{9}
	other := newModel(t, p, points.Identity(2))
	for v := range m.Store().IterVariables() {
		_, err := v.CloneToStore(other.Store())
		ok(t, err)
	}
	if other.Check() == nil {
		t.Error("the variables of another model pass")
	}
	if n := m.Parameters(); n != 3*2*((3*8)+(9*7)+(8*2)) {
		t.Errorf("the model has %d parameters", n)
	}
}
