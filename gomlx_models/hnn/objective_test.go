package hnn

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/nets"
	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/convops"
	"hgn.local/kernels_xla/phase"
)

// objective is m's loss and its terms.
func objective(m *Model) func(scope *model.Scope, in []*Node) []*Node {
	return func(scope *model.Scope, in []*Node) []*Node {
		loss, mse, hnn, cc := m.objective(scope, Squeeze(in[0], -1), in[1], in[2])
		return []*Node{loss, mse, hnn, cc}
	}
}

// The terms are what the package's doc says, computed here from the model's own programs; the loss is their weighted sum.
func TestObjectiveIsAsDefined(t *testing.T) {
	for _, variant := range []string{Pixels, Conv} {
		t.Run(variant, func(t *testing.T) {
			p := tiny(variant)
			p.Batch, p.Pairs = 1, 1
			videos := noise(tinyVideo, 3, 1)
			m := newModel(t, p, tinyVideo)
			batch, err := draw(p, videos, nil, p.Seed, 0)
			ok(t, err)
			got := compile(t, m.store, objective(m))(wide(batch)...)

			// The place that was drawn is where the frame to be reconstructed is.
			target := tensors.MustCopyFlatData[uint8](batch[1].(*tensors.Tensor))
			which, at := -1, -1
			for i := range videos.N {
				for f := range videos.Frames - 2 {
					if slices.Equal(videos.Frame(i, f), target) {
						which, at = i, f
					}
				}
			}
			if which < 0 || !slices.Equal(videos.Frame(which, at+1), tensors.MustCopyFlatData[uint8](batch[2].(*tensors.Tensor))) {
				t.Fatal("what is to be reconstructed are no two consecutive frames that a third follows")
			}

			single := newModel(t, p, tinyVideo) // of the same weights, in float32
			now, err := single.Encode(videos.Part(which, 1), at)
			ok(t, err)
			then, err := single.Encode(videos.Part(which, 1), at+1)
			ok(t, err)
			field := compile(t, m.store, func(scope *model.Scope, in []*Node) []*Node {
				dq, dp := phase.Field(m.hamiltonian(scope), phase.State{Q: in[0], P: in[1]})
				return []*Node{dq, dp}
			})(state(now)...)
			dt, hnn, cc := m.Video.Dt, 0.0, 0.0
			for k := range now.D {
				dq, dp := float64(then.Q[k]-now.Q[k]), float64(then.P[k]-now.P[k])
				hnn += (square(dq-dt*field[0][k]) + square(dp-dt*field[1][k])) / float64(2*now.D)
				cc += square(dq-dt*float64(now.P[k])) / float64(now.D)
			}
			near(t, "HNN", got[2], []float64{hnn}, 1e-4*hnn)
			near(t, "CC", got[3], []float64{cc}, 1e-4*cc)

			drawn := compile(t, m.store, func(scope *model.Scope, in []*Node) []*Node {
				frame, next := m.decoder(scope.At("decoder"), phase.State{Q: in[0], P: in[1]})
				return []*Node{convops.AlgebraicSigmoid(frame), convops.AlgebraicSigmoid(next)}
			})(state(now)...)
			mse := 0.0
			for j, frame := range drawn {
				for k, y := range frame {
					mse += square(y-float64(video.Unit[videos.Frame(which, at+j)[k]])) / float64(2*len(frame))
				}
			}
			near(t, "MSE", got[1], []float64{mse}, 1e-4*mse)
			near(t, "loss", got[0], []float64{3*got[1][0] + 0.7*got[2][0] + 0.5*got[3][0]}, 1e-12)
		})
	}
}

func square(x float64) float64 { return x * x }

// The gradient of the whole objective is that of finite differences, for entries of every trainable variable; and none
// of the variables is without.
func TestGradientOfVideos(t *testing.T) {
	for name, p := range map[string]Params{Pixels: tiny(Pixels), Conv: tiny(Conv), "circle": circular()} {
		t.Run(name, func(t *testing.T) {
			p.Batch, p.Pairs, p.Filters = 3, 1, 5
			m := newModel(t, p, tinyVideo)
			batch, err := draw(p, noise(tinyVideo, 8, 1), nil, p.Seed, 0)
			ok(t, err)
			checkGradient(t, m.store, wide(batch), func(scope *model.Scope, in []*Node) *Node { return objective(m)(scope, in)[0] })
		})
	}
}

func TestGradientOfStates(t *testing.T) {
	for _, variant := range []string{States, Baseline} {
		t.Run(variant, func(t *testing.T) {
			p := tiny(variant)
			m := newStates(t, p, 2)
			batch := Samples{randomStates(1, 9, 2), randomStates(2, 9, 2)}.draw(p, p.Seed, 0)
			checkGradient(t, m.store, wide(batch), func(scope *model.Scope, in []*Node) *Node {
				return mismatch(m.hamiltonian(scope), phase.State{Q: in[0], P: in[1]}, phase.State{Q: in[2], P: in[3]})
			})
		})
	}
}

// checkGradient compares the gradient of a loss by every variable with finite differences.
func checkGradient(t *testing.T, store *model.Store, in []any, loss func(scope *model.Scope, in []*Node) *Node) {
	t.Helper()
	const h = 1e-5
	value := compile(t, store, func(scope *model.Scope, in []*Node) []*Node { return []*Node{loss(scope, in)} })
	value(in...)
	r := rand.New(rand.NewPCG(1, 3))
	for v := range store.IterVariables() { // biases of 0 leave ReLUs at their kink where nothing comes in
		x := tensors.MustCopyFlatData[float64](v.MustValue())
		for i := range x {
			x[i] += 0.1 * r.NormFloat64()
		}
		ok(t, v.SetValue(tensors.FromFlatDataAndDimensions(x, v.Shape().Dimensions...)))
	}
	var trained []*model.Variable
	gradient := compile(t, store, func(scope *model.Scope, in []*Node) []*Node {
		l := loss(scope, in)
		var wrt []*Node
		trained = nil
		for v := range store.IterVariables() {
			trained, wrt = append(trained, v), append(wrt, v.NodeValue(l.Graph()))
		}
		return Gradient(l, wrt...)
	})(in...)
	for k, v := range trained {
		start := tensors.MustCopyFlatData[float64](v.MustValue())
		at := func(i int, shift float64) float64 {
			x := append([]float64(nil), start...)
			x[i] += shift
			ok(t, v.SetValue(tensors.FromFlatDataAndDimensions(x, v.Shape().Dimensions...)))
			return value(in...)[0][0]
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
		for _, i := range []int{strongest, r.IntN(len(start))} {
			want := (at(i, h) - at(i, -h)) / (2 * h)
			if got := gradient[k][i]; !(math.Abs(got-want) <= 1e-4*scale+1e-9) {
				t.Errorf("%s, entry %d: the gradient is %.9g, finite differences say %.9g", v.Path(), i, got, want)
			}
		}
		at(0, 0)
	}
	if len(trained) < 4 {
		t.Errorf("only %d variables are trained", len(trained))
	}
}

// A plain network's field is its outputs, as every integrator and every loss sees it.
func TestPlainIsItsNetwork(t *testing.T) {
	p := tiny(Baseline)
	m := newStates(t, p, 2)
	s := randomStates(3, 5, 2)
	got := compile(t, m.store, func(scope *model.Scope, in []*Node) []*Node {
		h, s := m.hamiltonian(scope), phase.State{Q: in[0], P: in[1]}
		dq, dp := phase.Field(h, s)
		network := nets.Smooth(scope.At("field").At("plain"), Concatenate(in, -1), 4, p.EnergyHidden...)
		return []*Node{Concatenate([]*Node{dq, dp}, -1), network, dq, dp, phase.PartialVelocity(h, s), phase.PartialForce(h, s)}
	})(state(s)...)
	near(t, "field", got[0], got[1], 1e-14)
	near(t, "velocity", got[4], got[2], 1e-14)
	near(t, "force", got[5], got[3], 1e-14)
	rates, err := newStates(t, p, 2).Rates(s)
	ok(t, err)
	near(t, "dq/dt", double(rates.Q), got[2], 1e-6)
	near(t, "dp/dt", double(rates.P), got[3], 1e-6)
}

// state is a float64 input of q and p.
func state(s video.States) []any {
	return wide([]any{tensors.FromFlatDataAndDimensions(s.Q, s.N, s.D), tensors.FromFlatDataAndDimensions(s.P, s.N, s.D)})
}
