package rnvp

import (
	"errors"
	"time"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/points"
)

var errUnfinished = errors.New("not built yet")

// Model is a real NVP with its parameters: made by New, trained by a Learner. It is a points.Model.
type Model struct {
	Params Params

	backend  compute.Backend
	store    *model.Store
	standard points.Standard
}

// New makes an untrained model of points of standard.Dim() coordinates. standard, see points.Standardise, is what its
// data is standardised with; it is kept in the store, so points.Identity(dim) will do for a model to be loaded.
func New(backend compute.Backend, p Params, standard points.Standard) (*Model, error) {
	return nil, errUnfinished
}

// Store holds the parameters; package training saves and loads it.
func (m *Model) Store() *model.Store { return m.store }

// Check fails unless the store holds every variable that the model's parameters ask for, in its shape.
func (m *Model) Check() error { return errUnfinished }

// Parameters counts the trainable numbers of a model that has been built or trained.
func (m *Model) Parameters() int { return 0 }

// Dim is the number of coordinates of a point.
func (m *Model) Dim() int { return m.standard.Dim() }

// LogProb is log p(x), exact.
func (m *Model) LogProb(x points.Points) ([]float64, error) { return nil, errUnfinished }

// Sample draws n points.
func (m *Model) Sample(seed uint64, n int) (points.Points, error) {
	return points.Points{}, errUnfinished
}

// Forward takes points z of the prior, which is normal, to points x of the data, Inverse back.
func (m *Model) Forward(z points.Points) (x points.Points, err error) {
	return points.Points{}, errUnfinished
}

// Inverse takes points x of the data to points z of the prior.
func (m *Model) Inverse(x points.Points) (z points.Points, err error) {
	return points.Points{}, errUnfinished
}

// ReversalError is the largest difference, over coordinates, between n points of the prior and what Forward and then
// Inverse make of them.
func (m *Model) ReversalError(seed uint64, n int) (float64, error) { return 0, errUnfinished }

// Losses of one training step.
type Losses struct {
	Loss     float64 // what is minimised: the mean of -log p(x), in nats and in the units of the data
	GradNorm float64 // global norm of the gradient before it is cut
	Rate     float64 // learning rate
}

// Learner trains a Model on points, one step at a time. The state of a training is the model's store and the
// number of steps done, nothing else.
type Learner struct{}

// NewLearner prepares the training of m on data.
func NewLearner(m *Model, data points.Points) (*Learner, error) { return nil, errUnfinished }

// Step does training step number step, counted from 0.
func (l *Learner) Step(step int) (Losses, error) { return Losses{}, errUnfinished }

// CompileTime is the time that the first step took.
func (l *Learner) CompileTime() time.Duration { return 0 }
