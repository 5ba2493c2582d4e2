package hgn

import (
	"math"
	"math/rand/v2"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/graphtest"
)

var (
	ok          = graphtest.OK
	near        = graphtest.Near
	differences = graphtest.Differences
)

// tiny is a model of a few hundred weights on videos like tinyVideo.
func tiny() Params {
	p := Quick()
	p.Preset, p.Seed = "test", 1
	p.Latent, p.Kinetic, p.EnergyHidden, p.Integrator = "circle,line", "quadratic", []int{6}, "leapfrog"
	p.Pool, p.FrameFeatures, p.EncoderHidden, p.Z, p.StateHidden, p.DecoderHidden = 2, 4, []int{8}, 3, []int{8}, []int{6, 10}
	p.Reconstruction, p.Beta, p.Moments, p.DecodedFrames, p.Reversal = 10, 0.1, 0, 3, 0.5
	p.Products = false
	p.Sharpen, p.Refine = 0, 0
	p.Steps, p.Batch, p.LearningRate, p.Beta2, p.WarmUp, p.Curriculum = 100, 4, 1e-3, 0.99, 0.1, nil
	return p
}

var tinyVideo = video.Shape{Frames: 7, Size: 8, Dt: 0.2}

// newModel makes an untrained model.
func newModel(tb testing.TB, p Params, v video.Shape) *Model {
	tb.Helper()
	backend := graphtest.Backend(tb)
	m, err := New(backend, p, v, nil)
	ok(tb, err)
	return m
}

func newLearner(tb testing.TB, p Params, v video.Clips) *Learner {
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

// builder makes the outputs of a program from its inputs and the variables of scope.
type builder = func(scope *model.Scope, in []*Node) []*Node

// compile prepares f on the variables of store. The program returns the flat float64 values of each
// output.
func compile(tb testing.TB, store *model.Store, f builder) func(inputs ...any) [][]float64 {
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

// draw is n standard normal numbers.
func draw(seed uint64, n int) []float64 {
	r := rand.New(rand.NewPCG(seed, 1))
	x := make([]float64, n)
	for i := range x {
		x[i] = r.NormFloat64()
	}
	return x
}

// randomStates are n points with d coordinates.
func randomStates(seed uint64, n, d int) video.States {
	s := video.NewStates(n, d)
	copy(s.Q, single(draw(seed, n*d)))
	copy(s.P, single(draw(seed+1, n*d)))
	return s
}

func matrix(x []float64, rows, columns int) *tensors.Tensor {
	return tensors.FromFlatDataAndDimensions(append([]float64(nil), x...), rows, columns)
}

func single(x []float64) []float32 {
	y := make([]float32, len(x))
	for i, v := range x {
		y[i] = float32(v)
	}
	return y
}

func double(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

func negated(x []float32) []float32 {
	y := make([]float32, len(x))
	for i, v := range x {
		y[i] = -v
	}
	return y
}

// distance is the largest difference of two vectors in units of the largest entry of the second; a NaN
// anywhere makes it infinite.
func distance(x, y []float32) float64 {
	far, scale := 0.0, 0.0
	for i := range x {
		d := math.Abs(float64(x[i]) - float64(y[i]))
		if math.IsNaN(d) {
			return math.Inf(1)
		}
		far, scale = max(far, d), max(scale, math.Abs(float64(y[i])))
	}
	return far / scale
}
