package runs

import (
	"hgn.local/gomlx_models/nhf"
	"hgn.local/gomlx_models/points"
	"hgn.local/gomlx_models/rnvp"
	"hgn.local/kernels_xla/device"
)

// nhfKind describes Neural Hamiltonian Flows.
var nhfKind = kind{
	preset:   func(name string) (Params, error) { return nhf.Preset(name) },
	parse:    parse[nhf.Params],
	set:      set[nhf.Params],
	resolve:  asGiven,
	check:    ofPoints[nhf.Params],
	describe: func(p Params, o *Header) { o.Kinetic, o.Integrator = p.(nhf.Params).Kinetic, "leapfrog" },
	batch:    func(p Params) int { return p.(nhf.Params).Batch },
	build: func(d *device.Device, p Params, s Source, data *TrainingData) (Model, error) {
		standard, err := s.standard(data)
		if err != nil {
			return nil, err
		}
		return nhf.New(d.Backend, p.(nhf.Params), standard)
	},
	learn: func(m Model, data TrainingData) (learner, error) {
		return nhf.NewLearner(m.(*nhf.Model), data.Points)
	},
}

// rnvpKind describes real NVPs, with which flows are compared.
var rnvpKind = kind{
	preset:   func(name string) (Params, error) { return rnvp.Preset(name) },
	parse:    parse[rnvp.Params],
	set:      set[rnvp.Params],
	resolve:  asGiven,
	check:    ofPoints[rnvp.Params],
	describe: func(Params, *Header) {},
	batch:    func(p Params) int { return p.(rnvp.Params).Batch },
	build: func(d *device.Device, p Params, s Source, data *TrainingData) (Model, error) {
		standard, err := s.standard(data)
		if err != nil {
			return nil, err
		}
		return rnvp.New(d.Backend, p.(rnvp.Params), standard)
	},
	learn: func(m Model, data TrainingData) (learner, error) {
		return rnvp.NewLearner(m.(*rnvp.Model), data.Points)
	},
}

// standard returns the standardizer of a model's training data, or any standardizer if the model is to be loaded.
func (s Source) standard(data *TrainingData) (points.Standardizer, error) {
	if data != nil {
		return points.Standardise(data.Points)
	}
	dim, err := s.Dim()
	if err != nil {
		return points.Standardizer{}, err
	}
	return points.Identity(dim), nil
}
