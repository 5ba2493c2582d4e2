package rnvp

import (
	"math"
	"testing"

	"github.com/gomlx/compute"

	"hgn.local/gomlx_models/bijection"
	"hgn.local/gomlx_models/bijection/bijectiontest"
	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/points"
	"hgn.local/kernels_xla/graphtest"
)

var (
	ok     = graphtest.OK
	sample = bijectiontest.Sample
)

var _ points.Model = (*Model)(nil)

// tiny is a flow of a few hundred weights, in float64.
func tiny() Params {
	p := Quick()
	p.Preset, p.Dtype, p.Hidden, p.Steps, p.Batch, p.WarmUp = "test", "float64", []int{8, 7}, 100, 16, 0.1
	return p
}

func newModel(tb testing.TB, p Params, standard points.Standardizer) *Model {
	tb.Helper()
	m, err := New(graphtest.Backend(tb), p, standard)
	ok(tb, err)
	return m
}

// made makes flows with these parameters.
func made(p Params) bijectiontest.Maker {
	return func(backend compute.Backend, standard points.Standardizer) (*bijection.Model, func(points.Points) (*fit.Learner, error), error) {
		m, err := New(backend, p, standard)
		if err != nil {
			return nil, nil, err
		}
		return m.Model, func(data points.Points) (*fit.Learner, error) { return NewLearner(m, data) }, nil
	}
}

// flow makes flows with these parameters on the backend of the tests.
func flow(tb testing.TB, p Params) bijectiontest.Flow { return made(p).On(graphtest.Backend(tb)) }

// The flow returns to where it started, in both precisions, and moves points; every layer moves what the one before it
// kept.
func TestReversal(t *testing.T) {
	for _, dim := range []int{2, 3, 8} {
		for _, layers := range []int{1, 2, 12} {
			for dtype, tolerance := range map[string]float64{"float32": 1e-5, "float64": 1e-12} {
				t.Run(bijectiontest.Name(dim, layers, dtype), func(t *testing.T) {
					p := tiny()
					p.Layers, p.Dtype = layers, dtype
					bijectiontest.Reversal(t, flow(t, p), dim, tolerance, func(k int) bool { return k%2 == 1 || layers > 1 })
				})
			}
		}
	}
}

func TestLogProbIsExact(t *testing.T) {
	for _, dim := range []int{2, 8} {
		bijectiontest.LogProbIsExact(t, flow(t, tiny()), dim)
	}
}

func TestLearns(t *testing.T) {
	p := Quick()
	p.Hidden, p.Steps, p.Batch, p.LearningRate = []int{32}, 400, 128, 1e-2
	bijectiontest.Learns(t, flow(t, p), p.Steps)
}

func TestTrainingIsDeterministicAndGoesOn(t *testing.T) { bijectiontest.GoesOn(t, flow(t, tiny())) }

func TestCheck(t *testing.T) {
	p := tiny()
	p.Hidden = []int{9}
	bijectiontest.Check(t, flow(t, tiny()), flow(t, p), 3*2*((3*8)+(9*7)+(8*2)))
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
		bijectiontest.Refused(t, err, name)
	}
	bijectiontest.Refuses(t, flow(t, tiny()))
	for name := range presets {
		p, err := Preset(name)
		ok(t, err)
		if p.Preset != name || p.Validate(2) != nil || p.Plan().Steps != p.Steps {
			t.Errorf("preset %s is %+v", name, p)
		}
	}
	_, err := Preset("huge")
	bijectiontest.Refused(t, err, "cpu, paper, quick")
}

func TestLearnsGiven(t *testing.T) {
	p := Quick()
	p.Hidden, p.Steps, p.Batch, p.LearningRate = []int{24, 24}, 350, 64, 1e-2
	bijectiontest.LearnsGiven(t, flow(t, p), p.Steps)
}
