package runs

import (
	"slices"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/badinput"
	"hgn.local/pkg/physics"
)

var hgnKind = kind{
	preset: func(name string) (Params, error) { return hgn.Preset(name) },
	parse: func(text []byte) (Params, error) {
		p, err := parse[hgn.Params](text)
		if err != nil {
			return nil, err
		}
		return p.(hgn.Params).WithDefaults(), nil
	},
	set:     set[hgn.Params],
	resolve: func(p Params, s Source) (Params, error) { return settled(p.(hgn.Params), s) },
	check: func(p Params, s Source) error {
		if h := p.(hgn.Params); toBeFound(h.Latent) {
			h.Latent = unknownLatent // the run finds its own latent when it is trained; the other parameters are checked beside this one
			p = h
		}
		return ofVideos[hgn.Params](p, s)
	},
	describe: func(p Params, o *Header) {
		h := p.(hgn.Params)
		o.Latent, o.Kinetic, o.Integrator, o.Friction, o.Dynamics = h.Latent, h.Kinetic, h.Integrator, h.Friction, h.Dynamics
		if l, err := hgn.ParseLatent(h.Latent); err == nil && l.Constants() > 0 {
			o.Constant = h.Constant
		}
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

// settled replaces "auto" in the parameters. For a simulated system it takes the system's own coordinates and, if the
// kinetic energy depends on them, a metric. For other videos the latent is searched.
func settled(h hgn.Params, s Source) (hgn.Params, error) {
	shape, err := s.Shape()
	if err != nil {
		return h, err
	}
	system, err := simulated(s)
	if err != nil {
		return h, err
	}
	dense := h.Architecture != "conv"
	if h.Hamiltonian == hgn.AutoHamiltonian {
		h.Hamiltonian = "separable"
		if _, splits := system.(physics.Separable); system != nil && !splits && h.Latent == "auto" && dense {
			h.Hamiltonian = "metric"
		}
	}
	h.ClipNorm = h.Clip()
	switch {
	case toBeFound(h.Latent) && !dense:
		return h, badinput.Errorf("a latent is found for architecture=dense only: leave out latent=%s", h.Latent)
	case h.Latent == searchLatent && !searchable(shape):
		return h, badinput.Errorf("a search for the latent needs videos of at least 6 frames, not %d: choose one, such as latent=%s", shape.Frames, unknownLatent)
	case h.Latent != "auto":
	case !dense:
		h.Latent, err = hgn.ConvLatent(shape.Size)
	case system != nil:
		coordinates := slices.Clone(physics.Coordinates(system))
		for range s.Recipe.Vary.Names() {
			coordinates = append(coordinates, "constant")
		}
		h.Latent = hgn.FormatLatent(coordinates)
	case searchable(shape):
		h.Latent = searchLatent
	default:
		h.Latent = unknownLatent
	}
	return h, err
}

// simulated returns the simulated system, or nil.
func simulated(s Source) (physics.System, error) {
	if s.Recipe == nil {
		return nil, nil
	}
	return s.Recipe.Physics()
}

// unknownLatent is the latent for videos whose degrees of freedom are unknown and that are too short for a search.
const unknownLatent = "line*4"

// HGN returns the parameters of a run of an HGN.
func (c Config) HGN() (hgn.Params, error) {
	if p, ok := c.Params.(hgn.Params); ok {
		return p, nil
	}
	return hgn.Params{}, badinput.Errorf("this is a run of the model %s, and not of an HGN", c.Model)
}
