package nhf

import (
	"math"
	"slices"
	"sync"
	"testing"

	"hgn.local/gomlx_models/points"
	"hgn.local/pkg/density"
)

// brief is a training of seconds.
func brief() Params {
	p := Quick()
	p.Hamiltonians, p.EnergyHidden, p.EncoderHidden = 2, []int{32, 32}, []int{32}
	p.Steps, p.Batch, p.LearningRate, p.Importance = 500, 64, 1.5e-2, 2
	return p
}

var shared struct {
	once sync.Once
	m    *Model
	last float64
}

// trained is a flow in float32 that learned fourModes, with its last loss. Tests share it and leave it as it is.
func trained(t *testing.T) (m *Model, last float64) {
	t.Helper()
	shared.once.Do(func() {
		p := brief()
		p.Hamiltonians, p.Importance = 4, 4
		m, losses := learn(t, p, sample(fourModes(t), 1, 4000), p.Steps)
		shared.m, shared.last = m, losses[len(losses)-1]["loss"]
	})
	if shared.m == nil {
		t.Fatal("the flow that tests share was not trained")
	}
	return shared.m, shared.last
}

// A short training on a mixture of four normal densities gets within 0.1 nats of its entropy, where a single normal
// density stays 0.7 away; exp(log p) integrates to 1; and samples fall where the density says.
func TestLearnsFourModes(t *testing.T) {
	target := fourModes(t)
	m, last := trained(t)
	test := sample(target, 2, 400)
	logP, err := m.LogProb(test)
	ok(t, err)
	entropy := entropyOn(target, test)
	t.Logf("NLL %.3f, entropy %.3f, last loss %.3f", -mean(logP), entropy, last)
	if !(-mean(logP) <= entropy+0.1) {
		t.Errorf("the NLL is %.3f where the entropy is %.3f", -mean(logP), entropy)
	}
	const n, half = 30, 5.0
	grid, cell := points.New(n*n, 2), 4*half*half/(n*n)
	for i := range n * n {
		grid.At(i)[0], grid.At(i)[1] = half*((2*float64(i%n)+1)/n-1), half*((2*float64(i/n)+1)/n-1)
	}
	logP, err = m.LogProb(grid)
	ok(t, err)
	sum, right := 0.0, 0.0
	for i, l := range logP {
		sum += math.Exp(l) * cell
		if grid.At(i)[0] > 0 {
			right += math.Exp(l) * cell
		}
	}
	if math.Abs(sum-1) > 0.02 {
		t.Errorf("the density integrates to %.4f", sum)
	}
	x, err := m.Sample(9, 10000)
	ok(t, err)
	var modes [4]float64
	for i := range x.N() {
		k := 0
		for c, v := range x.At(i) {
			if v > 0 {
				k |= 1 << c
			}
		}
		modes[k] += 1. / float64(x.N())
	}
	for k, w := range modes {
		if math.Abs(w-0.25) > 0.05 {
			t.Errorf("mode %d has the weight %.3f", k, w)
		}
	}
	if math.Abs(modes[1]+modes[3]-right) > 0.03 {
		t.Errorf("of the samples %.3f lie on the right, of the density %.3f", modes[1]+modes[3], right)
	}
}

// The ELBO of a trained flow lies below its log p, and the estimate of log p rises with the number of momenta. Each
// estimate has noise of its own: with the same noise both would be Jensen's inequality, whatever the weights are.
func TestBoundsTightenWithMomenta(t *testing.T) {
	m, _ := trained(t)
	test := sample(fourModes(t), 5, 1000)
	reseeded := func(seed uint64) *Model {
		other := *m
		other.Params.Seed = seed
		return &other
	}
	below, err := reseeded(101).ELBO(test, 64)
	ok(t, err)
	for _, c := range []struct {
		k     int
		least float64 // by which the estimate is higher than the one before, in standard errors
	}{{4, 5}, {32, 2}, {128, -3}} {
		logP, err := reseeded(101+uint64(c.k)).LogProbWith(test, c.k)
		ok(t, err)
		gap, deviation := difference(logP, below)
		t.Logf("%d momenta: higher by %.4f ± %.4f", c.k, gap, deviation)
		if !(gap > c.least*deviation) {
			t.Errorf("with %d momenta log p is higher by %.4f ± %.4f than the bound with fewer", c.k, gap, deviation)
		}
		below = logP
	}
}

// difference is the mean of a - b and its standard error.
func difference(a, b []float64) (gap, deviation float64) {
	d := make([]float64, len(a))
	for i := range a {
		d[i] = a[i] - b[i]
	}
	gap = mean(d)
	for i := range d {
		deviation += (d[i] - gap) * (d[i] - gap)
	}
	return gap, math.Sqrt(deviation) / float64(len(d))
}

// In one and in eight dimensions, with another prior and with a fixed kinetic energy, training lowers the NLL to near the
// entropy of a pair of normal densities, which an untrained flow of the same data is far from. In eight dimensions they lie
// in opposite corners of a cube, so that all coordinates hang together: as they are, a normal density stays 1.06 away.
func TestLearnsInOneAndEightDimensions(t *testing.T) {
	line := mixture(t, [][]float64{{-1}, {1.5}}, []float64{0.4, 0.3})
	constant := func(v float64) []float64 { return slices.Repeat([]float64{v}, 8) }
	corners := mixture(t, [][]float64{constant(-1), constant(1)}, []float64{0.5, 0.5})
	for _, c := range []struct {
		target density.Exact
		change func(p *Params)
		within float64
	}{
		{line, func(p *Params) { p.Prior, p.MomentumPrior, p.Steps = "soft_uniform:width=3,sharpness=4", "normal", 250 }, 0.15},
		{line, func(p *Params) { p.Kinetic, p.Steps = "fixed", 250 }, 0.15},
		{corners, func(p *Params) { p.Kinetic, p.LearningRate, p.Steps = "fixed", 3e-2, 250 }, 0.4},
	} {
		p := brief()
		c.change(&p)
		data, test := sample(c.target, 1, 3000), sample(c.target, 2, 300)
		m, losses := learn(t, p, data, p.Steps)
		standard, err := m.standard()
		ok(t, err)
		entropy := entropyOn(c.target, test)
		nll := func(m *Model) float64 {
			logP, err := m.LogProb(test)
			ok(t, err)
			return -mean(logP)
		}
		learned, untrained := nll(m), nll(newModel(t, p, standard))
		t.Logf("%d dimensions: NLL %.3f, entropy %.3f, untrained %.3f, first loss %.3f", m.Dim(), learned, entropy, untrained, losses[0]["loss"])
		if !(learned <= entropy+c.within) || !(learned <= losses[0]["loss"]-0.2) {
			t.Errorf("%d dimensions: the NLL is %.3f, the entropy %.3f, the first loss %.3f", m.Dim(), learned, entropy, losses[0]["loss"])
		}
		if !(untrained > entropy+2*c.within) {
			t.Errorf("%d dimensions: the NLL of an untrained flow is %.3f, near the entropy %.3f: this target tests nothing", m.Dim(), untrained, entropy)
		}
	}
}
