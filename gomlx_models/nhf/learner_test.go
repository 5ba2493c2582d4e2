package nhf

import (
	"math"
	"slices"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"gonum.org/v1/gonum/diff/fd"

	"hgn.local/gomlx_models/nets"
	"hgn.local/gomlx_models/points"
	"hgn.local/gomlx_models/prior"
)

// The gradient of the objective by every parameter is that of finite differences, with one and with several momenta.
func TestGradient(t *testing.T) {
	for name, p := range variants() {
		for _, importance := range []int{1, 3} {
			p.Importance, p.Batch = importance, 5
			if importance == 3 {
				p.Prior = "soft_uniform:width=3,sharpness=2"
			}
			m := newModel(t, p, points.Identity(2))
			inputs := []any{normal(1, 5, 2).Tensor(m.dtype, 5), normal(2, 5*importance, 2).Tensor(m.dtype, 5*importance)}
			value, err := model.NewExec(m.backend, m.store, func(scope *model.Scope, q, noise *Node) *Node {
				loss, _ := m.objective(scope, q, noise)
				return loss
			})
			ok(t, err)
			_, err = value.Call(inputs...)
			ok(t, err)
			for v := range m.store.IterVariables() { // away from where they start, some of them being zero there
				x := tensors.MustCopyFlatData[float64](v.MustValue())
				for i := range x {
					x[i] = 1.3*x[i] + 0.1*math.Sin(float64(7*i+len(v.Name())))
				}
				v.MustSetValue(nets.Tensor(m.dtype, x, v.Shape().Dimensions...))
			}
			variables := slices.SortedFunc(m.store.IterVariables(), func(a, b *model.Variable) int { return slices.Compare([]byte(a.Path()), []byte(b.Path())) })
			gradient, err := model.NewExec(m.backend, m.store, func(scope *model.Scope, in []*Node) []*Node {
				loss, _ := m.objective(scope, in[0], in[1])
				var wrt []*Node
				for _, v := range variables {
					wrt = append(wrt, v.NodeValue(loss.Graph()))
				}
				return Gradient(loss, wrt...)
			})
			ok(t, err)
			out, err := gradient.Call(inputs...)
			ok(t, err)
			for k, v := range variables {
				got, x := tensors.MustCopyFlatData[float64](out[k]), tensors.MustCopyFlatData[float64](v.MustValue())
				dims := v.Shape().Dimensions
				for i := 0; i < len(x); i += 1 + len(x)/3 {
					want := fd.Derivative(func(at float64) float64 {
						moved := slices.Clone(x)
						moved[i] = at
						v.MustSetValue(nets.Tensor(m.dtype, moved, dims...))
						r, err := value.Call(inputs...)
						ok(t, err)
						return points.Numbers(r[0])[0]
					}, x[i], &fd.Settings{Formula: fd.Central, Step: 1e-5})
					v.MustSetValue(nets.Tensor(m.dtype, x, dims...))
					if math.Abs(got[i]-want) > 1e-7*(1+math.Abs(want)) {
						t.Errorf("%s, %d momenta: the derivative by entry %d of %s is %.10g, finite differences give %.10g", name, importance, i, v.Path(), got[i], want)
					}
				}
			}
		}
	}
}

// The same seed trains the same model, a training goes on from the store where it was left, and another seed
// makes another model.
func TestTrainingIsDeterministicAndGoesOn(t *testing.T) {
	p := tiny()
	p.Dtype, p.Importance = "float32", 2
	data := sample(fourModes(t), 1, 200)
	_, first := learn(t, p, data, 12)
	m, again := learn(t, p, data, 6)
	l, err := NewLearner(m, data)
	ok(t, err)
	for step := 6; step < 12; step++ {
		x, err := l.Step(step)
		ok(t, err)
		again = append(again, x)
	}
	if !slices.Equal(first, again) {
		t.Errorf("two trainings with the same seed differ:\n%v\n%v", first, again)
	}
	p.Seed++
	if _, other := learn(t, p, data, 12); slices.Equal(first, other) {
		t.Error("another seed makes no difference")
	}
}

// Data in other units trains the same model, with log p in these units, even far from the origin in float32.
func TestUnits(t *testing.T) {
	p := tiny()
	p.Dtype = "float32"
	data := sample(fourModes(t), 1, 300)
	moved := points.New(data.N(), 2)
	for i := range data.N() {
		moved.At(i)[0], moved.At(i)[1] = 1e6+1e-2*data.At(i)[0], -3+1e4*data.At(i)[1]
	}
	a, lossesA := learn(t, p, data, 20)
	b, lossesB := learn(t, p, moved, 20)
	shift := math.Log(1e-2) + math.Log(1e4)
	for i := range lossesA {
		if math.Abs(lossesB[i].Loss-lossesA[i].Loss-shift) > 1e-3 {
			t.Fatalf("step %d: the losses are %.5f and %.5f, which differ by %.5f instead of %.5f", i, lossesA[i].Loss, lossesB[i].Loss, lossesB[i].Loss-lossesA[i].Loss, shift)
		}
	}
	ea, err := a.LogProbWith(data, 100)
	ok(t, err)
	eb, err := b.LogProbWith(moved, 100)
	ok(t, err)
	if math.Abs(mean(ea)-mean(eb)-shift) > 0.05 { // the momenta drawn for the points are other ones
		t.Errorf("mean log p is %.4f and %.4f", mean(ea), mean(eb))
	}
	xa, err := a.Sample(3, 50)
	ok(t, err)
	xb, err := b.Sample(3, 50)
	ok(t, err)
	for i := range 50 {
		if math.Abs(xb.At(i)[0]-1e6-1e-2*xa.At(i)[0]) > 1e-4 || math.Abs(xb.At(i)[1]+3-1e4*xa.At(i)[1]) > 50 {
			t.Fatalf("sample %d is %v in one model and %v in the other", i, xa.At(i), xb.At(i))
		}
	}
}

// brief is a training of seconds.
func brief() Params {
	p := Quick()
	p.Dtype, p.EnergyHidden, p.EncoderHidden = "float32", []int{32, 32}, []int{32}
	p.Steps, p.Batch, p.LearningRate, p.Importance, p.Evaluation = 500, 128, 1.5e-2, 1, 64
	return p
}

// A short training on a mixture of four normal densities gets within a quarter of a nat of its entropy, where a single
// normal density stays 0.7 away; exp(log p) integrates to 1; and samples fall where the density says.
func TestLearnsFourModes(t *testing.T) {
	target := fourModes(t)
	m, losses := learn(t, brief(), sample(target, 1, 4000), 500)
	test := sample(target, 2, 400)
	logP, err := m.LogProb(test)
	ok(t, err)
	entropy := 0.0
	for i := range test.N() {
		entropy -= target.LogProb(test.At(i)) / float64(test.N())
	}
	elbo, err := m.ELBO(test, 64)
	ok(t, err)
	t.Logf("NLL %.3f, -ELBO %.3f, entropy %.3f, last loss %.3f", -mean(logP), -mean(elbo), entropy, losses[len(losses)-1].Loss)
	if -mean(logP) > entropy+0.3 {
		t.Errorf("the NLL is %.3f where the entropy is %.3f", -mean(logP), entropy)
	}
	if mean(elbo) > mean(logP) {
		t.Errorf("the ELBO %.3f lies above log p, %.3f", mean(elbo), mean(logP))
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

// In one and in eight dimensions, with other priors and with a fixed kinetic energy, training lowers the NLL to near the
// entropy of a normal density or a pair of them.
func TestLearnsInOneAndEightDimensions(t *testing.T) {
	line, err := prior.NewMixture([]float64{1, 1}, [][]float64{{-1}, {1.5}}, [][]float64{{0.4}, {0.3}})
	ok(t, err)
	for _, c := range []struct {
		target  prior.Prior
		change  func(p *Params)
		within  float64
		atLeast float64 // by which training lowers the NLL
	}{
		{line, func(p *Params) { p.Prior, p.MomentumPrior, p.Steps = "soft_uniform:width=3,sharpness=4", "normal", 250 }, 0.15, 0.2},
		{line, func(p *Params) { p.Kinetic, p.Steps = "fixed", 250 }, 0.15, 0.2},
		{prior.Normal{D: 8, Scale: 3}, func(p *Params) { p.Steps = 120 }, 0.3, 0},
	} {
		p := brief()
		c.change(&p)
		data, test := sample(c.target, 1, 3000), sample(c.target, 2, 300)
		m, losses := learn(t, p, data, p.Steps)
		logP, err := m.LogProb(test)
		ok(t, err)
		entropy := 0.0
		for i := range test.N() {
			entropy -= c.target.LogProb(test.At(i)) / float64(test.N())
		}
		t.Logf("%d dimensions: NLL %.3f, entropy %.3f, first loss %.3f", m.Dim(), -mean(logP), entropy, losses[0].Loss)
		if -mean(logP) > entropy+c.within || -mean(logP) > losses[0].Loss-c.atLeast {
			t.Errorf("%d dimensions: the NLL is %.3f, the entropy %.3f, the first loss %.3f", m.Dim(), -mean(logP), entropy, losses[0].Loss)
		}
	}
}

// A box as the prior trains without a hitch, and its exact density is -Inf or finite.
func TestUniformPrior(t *testing.T) {
	p := brief()
	p.Prior, p.MomentumPrior = "uniform:width=4", "normal"
	m, losses := learn(t, p, sample(fourModes(t), 1, 1000), 40)
	for i, l := range losses {
		if math.IsNaN(l.Loss) || math.IsInf(l.Loss, 0) {
			t.Fatalf("the loss of step %d is %g", i, l.Loss)
		}
	}
	logP, err := m.LogProbWith(points.Points{X: []float64{0, 0, 1, 1, 1e3, 1e3}, Dim: 2}, 64)
	ok(t, err)
	if math.IsNaN(logP[0]) || math.IsInf(logP[0], 0) || !math.IsInf(logP[2], -1) {
		t.Errorf("log p is %v at the centre, near it, and far outside", logP)
	}
}
