package hgn

import (
	"math"
	"math/rand/v2"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/integrate"
	"hgn.local/kernels_xla/phase"
)

// The closed form of the KL divergence, summed over components, averaged over the batch, and by numerical
// integration of its definition.
func TestGaussianKL(t *testing.T) {
	run := compile(t, model.NewStore(), func(_ *model.Scope, in []*Node) []*Node {
		return []*Node{gaussianKL(in[0], in[1])}
	})
	kl := func(mean, std []float64, rows int) float64 {
		return run(matrix(mean, rows, len(mean)/rows), matrix(std, rows, len(std)/rows))[0][0]
	}
	near(t, "KL of the prior", []float64{kl([]float64{0, 0}, []float64{1, 1}, 1)}, []float64{0}, 0)
	near(t, "KL of N(1, 1)", []float64{kl([]float64{1}, []float64{1}, 1)}, []float64{0.5}, 1e-15)
	near(t, "KL of N(0, e²)", []float64{kl([]float64{0}, []float64{math.E}, 1)}, []float64{(math.E*math.E - 3) / 2}, 1e-14)

	mean, std := []float64{0.3, -1.2, 2, 0.1, -0.5, 0}, []float64{0.2, 1.5, 0.9, 0.05, 1, 2}
	want := 0.0
	for i := range mean {
		const n, wide = 4000, 10.0
		for k := range n { // q log(q/prior), in units of the standard deviation
			u := (2*(float64(k)+0.5)/n - 1) * wide
			x := mean[i] + std[i]*u
			want += math.Exp(-u*u/2) / math.Sqrt(2*math.Pi) * (-u*u/2 - math.Log(std[i]) + x*x/2) * 2 * wide / n
		}
	}
	near(t, "KL of two rows", []float64{kl(mean, std, 2)}, []float64{want / 2}, 1e-9)
}

// The row stateIndex of bothWays is the position after that many steps of +dt, or of -dt.
func TestBothWaysIsTwoRollouts(t *testing.T) {
	const batch, unroll = 3, 4
	m := newModel(t, tiny(), tinyVideo)
	d := m.latent.Dim()
	run := compile(t, m.store, func(scope *model.Scope, in []*Node) []*Node {
		start := phase.State{Q: in[0], P: in[1]}
		positions, _ := m.bothWays(scope, start, unroll, nil, nil)
		outputs := []*Node{positions}
		for _, dt := range []float64{m.Video.Dt, -m.Video.Dt} {
			h := ConvertDType(Scalar(in[0].Graph(), in[0].DType(), dt), in[0].DType())
			for _, s := range integrate.Rollout(m.integrator, m.hamiltonian(scope), start, h, unroll) {
				outputs = append(outputs, AddScalar(s.Q, 0))
			}
		}
		return outputs
	})
	got := run(matrix(draw(1, batch*d), batch, d), matrix(draw(2, batch*d), batch, d))
	if len(got[0]) != (unroll+1)*2*batch*d {
		t.Fatalf("bothWays has %d values", len(got[0]))
	}
	for offset := -unroll; offset <= unroll; offset++ {
		alone := got[1+max(offset, 0)]
		if offset < 0 {
			alone = got[1+unroll+1-offset]
		}
		for i := range batch {
			row := got[0][stateIndex(i, offset, batch, 2)*d:][:d]
			near(t, "state", row, alone[i*d:][:d], 1e-13)
		}
	}
	if math.Abs(got[1+unroll][0]-got[1+unroll+1+unroll][0]) < 1e-3 {
		t.Error("forwards and backwards end at the same place: the comparison could not notice a wrong sign")
	}
}

// inputs is a float64 batch of the objective.
func inputs(b batch) []any {
	wide := func(x *tensors.Tensor) *tensors.Tensor {
		return tensors.FromFlatDataAndDimensions(double(tensors.MustCopyFlatData[float32](x)), x.Shape().Dimensions...)
	}
	unit := func(x *tensors.Tensor, less float32) *tensors.Tensor {
		var flat []float64
		for _, byte := range tensors.MustCopyFlatData[uint8](x) {
			flat = append(flat, float64(video.Unit[byte]-less))
		}
		return tensors.FromFlatDataAndDimensions(flat, x.Shape().Dimensions...)
	}
	return []any{unit(b.video, 0.3), wide(b.noise), unit(b.target, 0), b.index}
}

// objective is m's loss, MSE and KL divergence in a kind of step.
func objective(m *Model, k kind) builder {
	return func(scope *model.Scope, in []*Node) []*Node {
		loss, mse, kl, _, _ := m.objective(scope, in[0], in[1], in[2], in[3], Scalar(in[0].Graph(), in[0].DType(), m.Params.Beta), nil, nil, nil, k)
		return []*Node{loss, mse, kl}
	}
}

// The loss is made of its two terms with their weights.
func TestLossIsWeighted(t *testing.T) {
	p := tiny()
	b := newBatcher(p, noise(tinyVideo, 8, 1)).must(t, 1, 0, 3)
	for _, weights := range [][2]float64{{1, 0}, {0, 1}, {7, 0.3}} {
		p.Reconstruction, p.Beta = weights[0], weights[1]
		m := newModel(t, p, tinyVideo)
		got := compile(t, m.store, objective(m, kind{unroll: 3}))(inputs(b)...)
		mse, kl := got[1][0], got[2][0]
		if mse <= 0 || kl <= 0 {
			t.Errorf("mse %g, kl %g", mse, kl)
		}
		near(t, "loss", got[0], []float64{weights[0]*mse + weights[1]*kl}, 1e-12)
	}
}

// variants are models that differ from tiny in one thing.
var variants = map[string]func(p *Params){
	"quadratic":     func(p *Params) { p.Kinetic = "quadratic" },
	"even":          func(p *Params) { p.Kinetic = "even" },
	"mlp":           func(p *Params) { p.Kinetic = "mlp" },
	"metric":        func(p *Params) { p.Hamiltonian = "metric" },
	"joint":         func(p *Params) { p.Hamiltonian = "joint" },
	"euler":         func(p *Params) { p.Integrator = "euler" },
	"yoshida4":      func(p *Params) { p.Integrator = "yoshida4" },
	"deterministic": func(p *Params) { p.Deterministic = true },
	"no f_psi":      func(p *Params) { p.FPsi = false },
	"first frame":   func(p *Params) { p.Anchor = "first" },
	"products":      func(p *Params) { p.Products = true },
	"predict":       func(p *Params) { p.FramesIn, p.Anchor = 3, "last" },
}

// The gradient of the whole objective, through decoder, rollouts both ways, f_psi and encoder, is that of
// finite differences, for entries of every trainable variable; and none of the variables is without. What
// keeps the gradient of angle finite at the origin is a few parts in ten thousand here.
func TestObjectiveGradient(t *testing.T) {
	for name, vary := range variants {
		t.Run(name, func(t *testing.T) {
			const unroll, h = 3, 1e-5
			p := tiny()
			vary(&p)
			m := newModel(t, p, tinyVideo)
			in := inputs(newBatcher(p, noise(tinyVideo, 8, 1)).must(t, 1, 0, unroll))
			loss := compile(t, m.store, objective(m, kind{unroll: unroll}))
			var trained []*model.Variable
			gradient := compile(t, m.store, func(scope *model.Scope, in []*Node) []*Node {
				l := objective(m, kind{unroll: unroll})(scope, in)[0]
				var wrt []*Node
				trained = nil
				for v := range m.store.IterVariables() {
					if v.Trainable {
						trained, wrt = append(trained, v), append(wrt, v.NodeValue(l.Graph()))
					}
				}
				return Gradient(l, wrt...)
			})(in...)
			r := rand.New(rand.NewPCG(1, 3))
			for k, v := range trained {
				start := tensors.MustCopyFlatData[float64](v.MustValue())
				at := func(i int, shift float64) float64 {
					x := append([]float64(nil), start...)
					x[i] += shift
					ok(t, v.SetValue(tensors.FromFlatDataAndDimensions(x, v.Shape().Dimensions...)))
					return loss(in...)[0][0]
				}
				strongest := 0
				for i, g := range gradient[k] {
					if math.Abs(g) > math.Abs(gradient[k][strongest]) {
						strongest = i
					}
				}
				scale := math.Abs(gradient[k][strongest])
				if scale == 0 {
					t.Errorf("%s gets no gradient", v.Path())
				}
				for _, i := range []int{strongest, r.IntN(len(start)), r.IntN(len(start)), len(start) - 1} {
					want := (at(i, h) - at(i, -h)) / (2 * h)
					if got := gradient[k][i]; !(math.Abs(got-want) <= 5e-4*scale+1e-9) {
						t.Errorf("%s, entry %d: the gradient is %.9g, finite differences say %.9g", v.Path(), i, got, want)
					}
				}
				at(0, 0)
			}
			if len(trained) < 11 {
				t.Errorf("only %d variables are trained", len(trained))
			}
		})
	}
}
