package runs

import (
	"hgn.local/gomlx_models/hgn"
	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/badinput"
	"hgn.local/pkg/physics"
)

var hgnKind = kind{
	preset: func(name string) (Params, error) { return hgn.Preset(name) },
	parse:  parse[hgn.Params],
	set:    set[hgn.Params],
	resolve: func(p Params, s Source) (Params, error) {
		h := p.(hgn.Params)
		if h.Latent != "auto" {
			return h, nil
		}
		if h.Architecture == "conv" {
			shape, err := s.Shape()
			if err != nil {
				return h, err
			}
			h.Latent, err = hgn.ConvLatent(shape.Size)
			return h, err
		}
		h.Latent = unknownLatent
		if s.Recipe != nil {
			system, err := s.Recipe.Physics()
			if err != nil {
				return h, err
			}
			coordinates := append([]string(nil), physics.Coordinates(system)...)
			for range s.Recipe.Vary.Names() {
				coordinates = append(coordinates, "constant")
			}
			h.Latent = hgn.FormatLatent(coordinates)
		}
		return h, nil
	},
	check: ofVideos[hgn.Params],
	describe: func(p Params, o *Header) {
		h := p.(hgn.Params)
		o.Latent, o.Kinetic, o.Integrator = h.Latent, h.Kinetic, h.Integrator
		if h.Hamiltonian != "separable" {
			o.Kinetic = h.Hamiltonian
		}
	},
	batch: func(p Params) int { return p.(hgn.Params).Batch },
	build: func(d *device.Device, p Params, s Source, data *TrainingData) (Model, error) {
		shape, err := s.Shape()
		if err != nil {
			return nil, err
		}
		return hgn.New(d.Backend, p.(hgn.Params), shape, data.meanFrame())
	},
	learn: func(m Model, data TrainingData) (learner, error) {
		return hgn.NewLearner(m.(*hgn.Model), data.Clips)
	},
}

// unknownLatent is the latent of videos of which nobody knows the degrees of freedom.
const unknownLatent = "line*4"

// HGN gives the parameters of a run of an HGN.
func (c Config) HGN() (hgn.Params, error) {
	if p, ok := c.Params.(hgn.Params); ok {
		return p, nil
	}
	return hgn.Params{}, badinput.Errorf("this is a run of the model %s, and not of an HGN", c.Model)
}
