package bijectiontest

import (
	"errors"
	"strings"
	"testing"

	"github.com/gomlx/compute"

	"hgn.local/gomlx_models/bijection"
	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/points"
	"hgn.local/gomlx_models/prior"
	"hgn.local/kernels_xla/fakepjrt"
	"hgn.local/kernels_xla/graphtest"
	"hgn.local/kernels_xla/onnx/onnxtest"
)

// Maker makes untrained flows on a backend, and what trains them on data.
type Maker func(backend compute.Backend, standard points.Standardizer) (m *bijection.Model, learner func(data points.Points) (*fit.Learner, error), err error)

// On returns the flows of one backend.
func (k Maker) On(backend compute.Backend) Flow {
	return func(standard points.Standardizer) (*bijection.Model, func(points.Points) (*fit.Learner, error), error) {
		return k(backend, standard)
	}
}

// Lowered is a flow of Dim coordinates that shall lower to XLA, given Cond conditions.
type Lowered struct {
	Flow      Maker
	Dim, Cond int
}

// Lowers fails unless every flow lowers to XLA: training steps, gradients, densities, samples and the inverse, by
// operators that the Go backend has as well.
func Lowers(t *testing.T, cases map[string]Lowered) {
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			backend := fakepjrt.Open(t, 1)
			standard := points.Identity(c.Dim)
			if c.Cond > 0 {
				cond := points.Identity(c.Cond)
				standard.Cond = &cond
			}
			m, learner, err := c.Flow(backend.Backend, standard)
			ok(t, err)
			x := Sample(prior.Normal{D: c.Dim, Scale: 1}, 1, 4)
			if c.Cond > 0 {
				x = x.Given(Sample(prior.Normal{D: c.Cond, Scale: 1}, 2, 4).X, c.Cond)
			}
			l, err := learner(x)
			ok(t, err)
			for name, run := range map[string]func() error{
				"a training step": func() error { _, err := l.Step(0); return err },
				"a gradient":      func() error { _, err := l.Gradient(0); return err },
				"log p":           func() error { _, err := m.LogProb(x); return err },
				"samples":         func() error { _, err := m.Forward(x); return err },
				"the inverse":     func() error { _, err := m.Inverse(x); return err },
			} {
				if err := run(); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
			backend.CheckOperators(t, graphtest.Go(t))
		})
	}
}

// AgreesOnONNX fails unless a training of ten steps on ONNX Runtime goes as on the Go backend.
func AgreesOnONNX(t *testing.T, flows map[string]Maker) {
	reference := graphtest.Go(t)
	for name, flow := range flows {
		t.Run(name, func(t *testing.T) {
			onnxtest.Agree(t, reference, 10, func(b compute.Backend) (onnxtest.Training, error) {
				m, learner, err := flow(b, points.Identity(2))
				if err != nil {
					return onnxtest.Training{}, err
				}
				l, err := learner(Sample(prior.Normal{D: 2, Scale: 2}, 1, 200))
				return onnxtest.Training{Store: m.Store(), Step: func(step int) ([]onnxtest.Loss, error) {
					x, err := l.Step(step)
					return []onnxtest.Loss{{Name: "loss", Value: x["loss"], Within: 1e-4}, {Name: "gradient's norm", Value: x["gradient"], Within: 1e-3}}, err
				}}, err
			})
		})
	}
}

// Refuses fails unless flows refuse points that they cannot take, each by a sentence that is marked as bad input.
func Refuses(t *testing.T, flow Flow) {
	t.Helper()
	_, _, err := flow(points.Identity(1))
	Refused(t, err, "at least 2")
	_, _, err = flow(points.Standardizer{Mean: []float64{0, 0}, Scale: []float64{1, -1}})
	Refused(t, err, "positive")
	m, learner, err := flow(points.Identity(2))
	ok(t, err)
	_, err = m.LogProb(points.New(3, 5))
	Refused(t, err, "5 coordinates")
	_, err = m.Sample(1, 0)
	Refused(t, err, "at least 1")
	_, err = learner(points.New(10, 2))
	Refused(t, err, "every point")
}

// Refused fails unless the error is bad input and says certain words.
func Refused(t *testing.T, err error, says string) {
	t.Helper()
	var bad interface{ BadInput() bool }
	if err == nil || !strings.Contains(err.Error(), says) || !errors.As(err, &bad) {
		t.Errorf("the error is %v, which does not say %q", err, says)
	}
}
