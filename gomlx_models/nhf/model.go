package nhf

import (
	"errors"
	"time"

	"github.com/gomlx/compute"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/points"
)

var errUnfinished = errors.New("not built yet")

// Model is a Neural Hamiltonian Flow with its parameters: made by New, trained by a Learner. It is a points.Model.
// Positions q are in the units of the data, momenta p in the model's own.
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

// LogProb is the importance-weighted estimate of log p(q) with Params.Evaluation momenta.
func (m *Model) LogProb(q points.Points) ([]float64, error) {
	return m.LogProbWith(q, m.Params.Evaluation)
}

// LogProbWith is LogProb with k momenta; with k = 1 it is an unbiased estimate of the ELBO.
func (m *Model) LogProbWith(q points.Points, k int) ([]float64, error) { return nil, errUnfinished }

// ELBO is the mean over k momenta of the evidence lower bound of log p(q).
func (m *Model) ELBO(q points.Points, k int) ([]float64, error) { return nil, errUnfinished }

// Sample draws n points: (q_0, p_0) from the prior, flowed forward, without its momentum.
func (m *Model) Sample(seed uint64, n int) (points.Points, error) {
	return points.Points{}, errUnfinished
}

// SamplePrior draws n states (q_0, p_0) of the prior.
func (m *Model) SamplePrior(seed uint64, n int) (q, p points.Points, err error) {
	return points.Points{}, points.Points{}, errUnfinished
}

// Forward takes states of the prior to states of the data, Inverse back.
func (m *Model) Forward(q, p points.Points) (qT, pT points.Points, err error) {
	return points.Points{}, points.Points{}, errUnfinished
}

// Inverse takes states (q_T, p_T) back to (q_0, p_0).
func (m *Model) Inverse(q, p points.Points) (q0, p0 points.Points, err error) {
	return points.Points{}, points.Points{}, errUnfinished
}

// ReversalError is the largest difference, over the coordinates of q and p in the model's standardised units, between
// n states of the prior and what Forward and then Inverse make of them.
func (m *Model) ReversalError(seed uint64, n int) (float64, error) { return 0, errUnfinished }

// Path is the way of states through the flow: the states before the first and after every leapfrog step of the chain,
// Hamiltonians·LeapfrogSteps + 1 of each.
func (m *Model) Path(q, p points.Points) (qs, ps []points.Points, err error) {
	return nil, nil, errUnfinished
}

// Leapfrog does one leapfrog step with Hamiltonian i, counted from 0.
func (m *Model) Leapfrog(i int, q, p points.Points) (qNext, pNext points.Points, err error) {
	return points.Points{}, points.Points{}, errUnfinished
}

// Kinetic is K(p) of Hamiltonian i, counted from 0.
func (m *Model) Kinetic(i int, p points.Points) ([]float64, error) { return nil, errUnfinished }

// Potential is V(q) of Hamiltonian i, counted from 0.
func (m *Model) Potential(i int, q points.Points) ([]float64, error) { return nil, errUnfinished }

// Encode is mean and standard deviation of the encoder's momenta at q.
func (m *Model) Encode(q points.Points) (mean, std points.Points, err error) {
	return points.Points{}, points.Points{}, errUnfinished
}

// Losses of one training step.
type Losses struct {
	Loss     float64 // what is minimised: minus the bound on log p(q), in nats and in the units of the data
	Entropy  float64 // of the momenta that the encoder draws, in nats
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
