package nhf

import (
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"
	"gonum.org/v1/gonum/diff/fd"

	"hgn.local/gomlx_models/nets"
	"hgn.local/gomlx_models/points"
)

// The gradient of the objective by every parameter is that of finite differences, with one and with several momenta, and
// given conditions.
func TestGradient(t *testing.T) {
	for name, p := range variants() {
		for _, given := range []int{0, 1, 2} { // how many numbers a condition has
			importance := 1 + 2*min(1, given)
			if given == 1 {
				given = 0
			}
			p.Importance, p.Batch = importance, 5
			if importance == 3 {
				p.Prior = "soft_uniform:width=3,sharpness=2"
			}
			standard := points.Identity(2)
			inputs := []any{normal(1, 5, 2).Tensor(dtypes.Float64, 5), normal(2, 5*importance, 2).Tensor(dtypes.Float64, 5*importance)}
			if given > 0 {
				cond := points.Identity(given)
				standard.Cond = &cond
				inputs = append(inputs, normal(3, 5, given).Tensor(dtypes.Float64, 5))
			}
			m := newModel(t, p, standard)
			value, err := model.NewExec(m.backend, m.store, func(scope *model.Scope, in []*Node) []*Node {
				loss, _ := m.given(conditionOf(in, 2)).objective(scope, in[0], in[1])
				return []*Node{loss}
			})
			ok(t, err)
			_, err = value.Call(inputs...)
			ok(t, err)
			for v := range m.store.IterVariables() { // away from where they start, some of them being zero there
				x := tensors.MustCopyFlatData[float64](v.MustValue())
				for i := range x {
					x[i] = 0.5*x[i] + 0.1*math.Sin(float64(7*i+len(v.Name())))
				}
				ok(t, v.SetValue(nets.Tensor(m.dtype, x, v.Shape().Dimensions...)))
			}
			variables := slices.SortedFunc(m.store.IterVariables(), func(a, b *model.Variable) int { return slices.Compare([]byte(a.Path()), []byte(b.Path())) })
			gradient, err := model.NewExec(m.backend, m.store, func(scope *model.Scope, in []*Node) []*Node {
				loss, _ := m.given(conditionOf(in, 2)).objective(scope, in[0], in[1])
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
						ok(t, v.SetValue(nets.Tensor(m.dtype, moved, dims...)))
						r, err := value.Call(inputs...)
						ok(t, err)
						return nets.Float64s(r[0])[0]
					}, x[i], &fd.Settings{Formula: fd.Central, Step: 1e-5})
					ok(t, v.SetValue(nets.Tensor(m.dtype, x, dims...)))
					if math.Abs(got[i]-want) > 1e-7*(1+math.Abs(want)) {
						t.Errorf("%s, %d momenta, %d conditions: the derivative by entry %d of %s is %.10g, finite differences give %.10g", name, importance, given, i, v.Path(), got[i], want)
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
	if !slices.EqualFunc(first, again, maps.Equal) {
		t.Errorf("two trainings with the same seed differ:\n%v\n%v", first, again)
	}
	p.Seed++
	if _, other := learn(t, p, data, 12); slices.EqualFunc(first, other, maps.Equal) {
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
		if math.Abs(lossesB[i]["loss"]-lossesA[i]["loss"]-shift) > 1e-3 {
			t.Fatalf("step %d: the losses are %.5f and %.5f, which differ by %.5f instead of %.5f", i, lossesA[i]["loss"], lossesB[i]["loss"], lossesB[i]["loss"]-lossesA[i]["loss"], shift)
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

// A box as the prior trains without a hitch, and its exact density is -Inf or finite.
func TestUniformPrior(t *testing.T) {
	p := brief()
	p.Prior, p.MomentumPrior = "uniform:width=4", "normal"
	m, losses := learn(t, p, sample(fourModes(t), 1, 1000), 40)
	for i, l := range losses {
		if math.IsNaN(l["loss"]) || math.IsInf(l["loss"], 0) {
			t.Fatalf("the loss of step %d is %g", i, l["loss"])
		}
	}
	logP, err := m.LogProbWith(points.Points{X: []float64{0, 0, 1, 1, 1e3, 1e3}, Dim: 2}, 64)
	ok(t, err)
	if math.IsNaN(logP[0]) || math.IsInf(logP[0], 0) || !math.IsInf(logP[2], -1) {
		t.Errorf("log p is %v at the centre, near it, and far outside", logP)
	}
}
