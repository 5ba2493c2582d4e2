package hgn

import (
	"math"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"
)

// GECO finds the weight at which the pixel error is what was asked for: it leans on the KL divergence while the error is
// below, and on the error while it is above.
func TestGecoFollowsTheConstraint(t *testing.T) {
	for _, c := range []struct {
		geco float64
		sign float64
	}{{0.5, -1}, {1e-4, 1}} { // random pixels have an error of about 0.08 about their mean
		p := tiny()
		p.Geco = c.geco
		l := newLearner(t, p, noise(tinyVideo, 8, 1))
		for step := range 60 {
			_, err := l.Step(step)
			ok(t, err)
		}
		if w := gecoWeight(l.model.store); !(w*c.sign > 0.1) || math.Abs(w) > 60*gecoSpeed+1e-6 {
			t.Errorf("asked for an error of %g, log λ is %g after 60 steps", c.geco, w)
		}
	}
}

// gecoWeight is log λ in the store of a program of constrained.
func gecoWeight(store *model.Store) float64 {
	return float64(store.GetVariable("/geco/log_weight").MustValue().Value().(float32))
}

// The error settles where it was asked to be. What is trained is a Gaussian source of variance v in d dimensions, coded with
// R nats, of which Shannon's theory knows the error, v·exp(-2R/d), and so the solution: the error is κ where λ is d/(2nκ).
func TestGecoSettlesAtTheConstraint(t *testing.T) {
	const v, d, rate = 0.08, 4, 50
	for _, kappa := range []float64{0.03, 0.01, 0.003} {
		p := tiny()
		p.Geco = kappa
		m := newModel(t, p, tinyVideo)
		step := compile(t, m.store, func(scope *model.Scope, in []*Node) []*Node {
			coded := scope.VariableWithValue("nats", 0.0).SetTrainable(false)
			nats := coded.NodeValue(in[0].Graph())
			mse := Mul(in[0], Exp(MulScalar(nats, -2.0/d)))
			loss := m.constrained(scope.At("geco"), mse, nats, false)
			coded.SetNodeValue(Sub(nats, MulScalar(Gradient(loss, nats)[0], rate)))
			return []*Node{mse}
		})
		const steps, last = 4000, 500
		mean := 0.0
		for i := range steps {
			if mse := step(v)[0][0]; i >= steps-last {
				mean += mse / last
			}
		}
		if !(math.Abs(mean/kappa-1) < 0.01) {
			t.Errorf("asked for an error of %g, it settles at %g", kappa, mean)
		}
		want := math.Log(d / (2 * kappa * float64(tinyVideo.Frames*tinyVideo.Pixels())))
		if got := gecoWeight(m.store); !(math.Abs(got-want) < 0.02) {
			t.Errorf("asked for an error of %g, log λ settles at %g, want %g", kappa, got, want)
		}
	}
}

// However wrong the error is, log λ moves by 0.02 a step at most and stays within its bounds, and it turns soon after the
// error does: nothing winds up meanwhile.
func TestGecoIsClamped(t *testing.T) {
	p := tiny()
	p.Geco = 1e-3
	m := newModel(t, p, tinyVideo)
	step := compile(t, m.store, func(scope *model.Scope, in []*Node) []*Node {
		return []*Node{m.constrained(scope.At("geco"), in[0], in[1], false)}
	})
	before := 0.0
	follow := func(mse float64, steps int) {
		for range steps {
			loss := step(mse, 10.0)[0][0]
			w := gecoWeight(m.store)
			if math.Abs(w-before) > gecoSpeed+1e-6 || math.Abs(w) > gecoBound || math.IsNaN(loss) || math.IsInf(loss, 0) {
				t.Fatalf("an error of %g moves log λ from %g to %g, the loss is %g", mse, before, w, loss)
			}
			before = w
		}
	}
	const there = 2 * gecoBound / gecoSpeed // steps from one bound to the other
	follow(1e6*p.Geco, there)
	if before != gecoBound {
		t.Errorf("an error that is far too large brings log λ to %g, want %d", before, gecoBound)
	}
	follow(0, 300)
	if !(before < gecoBound) {
		t.Errorf("300 steps without any error leave log λ at its bound")
	}
	follow(0, 2*there)
	if before != -gecoBound {
		t.Errorf("without any error log λ comes to %g, want %d", before, -gecoBound)
	}
}
