package hnn

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/graphtest"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/physics"
)

var (
	ok   = graphtest.OK
	near = graphtest.Near
)

var tinyVideo = video.Shape{Frames: 7, Size: 8, Dt: 0.2}

// tiny is a model of a few hundred weights on videos like tinyVideo.
func tiny(variant string) Params {
	p := Quick()
	p.Preset, p.Variant, p.LatentDim = "test", variant, 2
	p.EnergyHidden, p.EncoderHidden, p.DecoderHidden, p.Channels, p.Filters = []int{6, 5}, []int{8, 7}, []int{6, 9}, 2, 3
	p.Pool, p.Autoencoder, p.HNN, p.Canonical = 2, 3, 0.7, 0.5
	p.Steps, p.Batch, p.Pairs, p.WarmUp = 100, 4, 2, 0.1
	if variant == Conv {
		p.Pool = 1
	}
	return p
}

func newModel(tb testing.TB, p Params, v video.Shape) *Model {
	tb.Helper()
	backend := graphtest.Backend(tb)
	m, err := New(backend, p, v, nil)
	ok(tb, err)
	return m
}

func newStates(tb testing.TB, p Params, dim int) *StatesModel {
	tb.Helper()
	backend := graphtest.Backend(tb)
	m, err := NewStates(backend, p, dim)
	ok(tb, err)
	return m
}

func newLearner(tb testing.TB, p Params, v video.Clips) *fit.Learner {
	tb.Helper()
	l, err := NewLearner(newModel(tb, p, v.Shape), v)
	ok(tb, err)
	return l
}

// noise is n videos of random pixels.
func noise(v video.Shape, n int, seed uint64) video.Clips {
	r := rand.New(rand.NewPCG(seed, 2))
	pixels := make([]uint8, n*v.Frames*v.Pixels())
	for i := range pixels {
		pixels[i] = uint8(r.Uint32())
	}
	return video.Clips{Shape: v, N: n, Pixels: pixels}
}

// simulate makes videos of a system, and their mean frame.
func simulate(tb testing.TB, recipe dataset.Recipe) (*dataset.Dataset, video.Clips) {
	tb.Helper()
	set, err := recipe.Generate(context.Background(), nil)
	ok(tb, err)
	return set, video.Clips{Shape: video.Shape{Frames: set.T, Size: set.Size, Dt: set.Dt}, N: set.N, Pixels: set.Frames}
}

// observe draws n states of a system, from its trajectories, and gives their derivatives.
func observe(tb testing.TB, system physics.System, n int, seed uint64) Samples {
	tb.Helper()
	r := rand.New(rand.NewPCG(seed, 0))
	d := system.Dim()
	s := Samples{States: video.NewStates(n, d), Rates: video.NewStates(n, d)}
	dq, dp := make([]float64, d), make([]float64, d)
	for i := range n {
		q0, p0 := system.Sample(r)
		qs, ps, err := physics.Trajectory(system, q0, p0, 5*r.Float64(), 2)
		ok(tb, err)
		system.Derivative(qs[1], ps[1], dq, dp)
		for k := range d {
			s.States.Q[i*d+k], s.States.P[i*d+k] = float32(qs[1][k]), float32(ps[1][k])
			s.Rates.Q[i*d+k], s.Rates.P[i*d+k] = float32(dq[k]), float32(dp[k])
		}
	}
	return s
}

// randomStates are n points with d coordinates.
func randomStates(seed uint64, n, d int) video.States {
	r := rand.New(rand.NewPCG(seed, 1))
	s := video.NewStates(n, d)
	for i := range s.Q {
		s.Q[i], s.P[i] = float32(r.NormFloat64()), float32(r.NormFloat64())
	}
	return s
}

// compile prepares f on the variables of store. The program returns the flat float64 values of each output.
func compile(tb testing.TB, store *model.Store, f func(scope *model.Scope, in []*Node) []*Node) func(inputs ...any) [][]float64 {
	tb.Helper()
	backend := graphtest.Backend(tb)
	exec, err := model.NewExec(backend, store, f)
	ok(tb, err)
	return func(inputs ...any) [][]float64 {
		tb.Helper()
		out, err := exec.Call(inputs...)
		ok(tb, err)
		var flat [][]float64
		for _, o := range out {
			flat = append(flat, tensors.MustCopyFlatData[float64](o))
		}
		return flat
	}
}

// wide is a batch in float64.
func wide(batch []any) []any { return doubles(floats(batch)) }

// floats turns the bytes of draw into the inputs of objective; other tensors stay as they are.
func floats(batch []any) []any {
	out := slices.Clone(batch)
	for i, x := range batch {
		t := x.(*tensors.Tensor)
		if t.DType() != dtypes.Uint8 {
			continue
		}
		var flat []float32
		for _, b := range tensors.MustCopyFlatData[uint8](t) {
			if v := video.Unit[b]; i > 0 {
				flat = append(flat, v)
			} else {
				flat = append(flat, v-0.3)
			}
		}
		out[i] = tensors.FromFlatDataAndDimensions(flat, t.Shape().Dimensions...)
	}
	return out
}

func doubles(batch []any) []any {
	out := make([]any, len(batch))
	for i, x := range batch {
		t := x.(*tensors.Tensor)
		out[i] = tensors.FromFlatDataAndDimensions(double(tensors.MustCopyFlatData[float32](t)), t.Shape().Dimensions...)
	}
	return out
}

func double(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}
