package runs

import (
	"github.com/gomlx/compute"

	"hgn.local/gomlx_models/nhf"
	"hgn.local/gomlx_models/nsf"
	"hgn.local/gomlx_models/points"
	"hgn.local/gomlx_models/rnvp"
	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/density"
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
		if data.energy != nil {
			return nhf.NewTargetLearner(m.(*nhf.Model), *data.energy)
		}
		return nhf.NewLearner(m.(*nhf.Model), data.Points)
	},
}

// rnvpKind and nsfKind describe the flows of exact density with which Neural Hamiltonian Flows are compared: real NVPs
// and neural spline flows.
var (
	rnvpKind = bijectionKind(rnvp.Preset, rnvp.New, rnvp.NewLearner, func(p rnvp.Params) int { return p.Batch })
	nsfKind  = bijectionKind(nsf.Preset, nsf.New, nsf.NewLearner, func(p nsf.Params) int { return p.Batch })
)

// pointsParams are the parameters of a kind that models densities.
type pointsParams interface {
	Params
	Validate(dim int) error
}

// bijectionKind describes a kind of flow of exact density by its functions.
func bijectionKind[P pointsParams, M Model, L learner](
	preset func(name string) (P, error), build func(compute.Backend, P, points.Standardizer) (M, error), learn func(M, points.Points) (L, error), batch func(P) int,
) kind {
	return kind{
		preset:   func(name string) (Params, error) { return preset(name) },
		parse:    parse[P],
		set:      set[P],
		resolve:  asGiven,
		check:    ofPoints[P],
		describe: func(Params, *Header) {},
		batch:    func(p Params) int { return batch(p.(P)) },
		build: func(d *device.Device, p Params, s Source, data *TrainingData) (Model, error) {
			standard, err := s.standard(data)
			if err != nil {
				return nil, err
			}
			return build(d.Backend, p.(P), standard)
		},
		learn: func(m Model, data TrainingData) (learner, error) { return learn(m.(M), data.Points) },
	}
}

// standard returns the standardizer of a model's training data, or any standardizer if the model is to be loaded.
func (s Source) standard(data *TrainingData) (points.Standardizer, error) {
	if data != nil && data.energy != nil {
		return data.energy.Frame, nil
	}
	if data != nil {
		return points.Standardise(data.Points)
	}
	dim, err := s.Dim()
	if err != nil {
		return points.Standardizer{}, err
	}
	standard := points.Identity(dim)
	if width := density.Width(s.Density.Cond); width > 0 {
		cond := points.Identity(width)
		standard.Cond = &cond
	}
	return standard, nil
}
