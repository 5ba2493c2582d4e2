package rnvp

import (
	"github.com/gomlx/compute"

	"hgn.local/gomlx_models/bijection"
	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/points"
)

// Model is a real NVP with its parameters. New makes one and a learner trains it. It implements points.Model.
type Model struct {
	Params Params
	*bijection.Model
}

// New makes an untrained model of points with standard.Dim() coordinates; see bijection.New.
func New(backend compute.Backend, p Params, standard points.Standardizer) (*Model, error) {
	if err := standard.Check(); err != nil {
		return nil, err
	}
	if err := p.Validate(standard.Dim()); err != nil {
		return nil, err
	}
	m, err := bijection.New(backend, couplings{p.Layers, p.Hidden}, p.Seed, p.Dtype, standard)
	return &Model{p, m}, err
}

// NewLearner prepares the training of m on data; see bijection.Model.Learner.
func NewLearner(m *Model, data points.Points) (*fit.Learner, error) {
	if err := m.Params.Validate(m.Dim()); err != nil {
		return nil, err
	}
	return m.Learner(data, m.Params.Seed, m.Params.Optimisation)
}
