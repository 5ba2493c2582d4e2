package hgn

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/phase"
	"hgn.local/kernels_xla/program"
)

// Programs describes the parts of a trained model for other programs:
//
//	encoder   frames -> q, p                       the state at the anchor as Encode infers it, before any Refine
//	decoder   q -> frames                          as Decode draws them, [batch, Size, Size, 3] in (0, 1)
//	energy    q, p -> kinetic, potential, energy   as Energies; a model without energy has no such program
//	step      q, p, dt -> q_next, p_next           one step of the integrator; of a recurrent model dt is a frame's
//
// The encoder takes the first frames of a video, in bytes, as many as it sees.
func (m *Model) Programs() ([]program.Program, error) {
	d, size := m.latent.Dim(), m.Video.Size
	q, p := program.Rows("q", d), program.Rows("p", d)
	seen := []program.Value{video.FramesValue(m.Video, m.Params.framesIn(m.Video))}
	if m.given() {
		seen = append(seen, program.Rows("constants", m.latent.Constants()))
	}
	all := []program.Program{{
		Name: "encoder", About: "the state at the anchor of a video",
		Inputs:  seen,
		Outputs: []string{"q", "p"},
		Build: func(scope *model.Scope, in []*Node) []*Node {
			s := m.state(scope, video.SeenFrames(in[0], m.Params.Pool))
			if m.given() {
				s, _ = m.tell(s, nil, in[1])
			}
			return []*Node{s.Q, s.P}
		},
	}, {
		Name: "decoder", About: "the frame that shows a configuration",
		Inputs:  []program.Value{q},
		Outputs: []string{"frames"},
		Build: func(scope *model.Scope, in []*Node) []*Node {
			return []*Node{Reshape(m.nets.draw(scope.At("decoder"), in[0]), in[0].Shape().Dim(0), size, size, 3)}
		},
	}}
	if m.HasEnergy() {
		all = append(all, program.Program{
			Name: "energy", About: "the learned energy of a state, in the model's own units",
			Inputs:  []program.Value{q, p},
			Outputs: []string{"kinetic", "potential", "energy"},
			Build: func(scope *model.Scope, in []*Node) []*Node {
				k, v := parts(m.hamiltonian(scope), phase.State{Q: in[0], P: in[1]})
				return []*Node{k, v, Add(k, v)}
			},
		})
	}
	return append(all, program.Program{
		Name: "step", About: "the state one step of " + m.integrator.Name() + " later",
		Inputs:  []program.Value{q, p, program.Number("dt")},
		Outputs: []string{"q_next", "p_next"},
		Build: func(scope *model.Scope, in []*Node) []*Node {
			s := m.integrator.Step(m.dynamics(scope, nil), phase.State{Q: in[0], P: in[1]}, in[2])
			return []*Node{s.Q, s.P}
		},
	}), nil
}

// state builds the state at the anchor as Encode infers it from the encoder's view of videos.
func (m *Model) state(scope *model.Scope, seen *Node) phase.State {
	if m.nets.wide() && !m.Params.Deterministic {
		var noises []*Node
		for _, noise := range m.inferenceNoise() {
			noises = append(noises, ConstTensor(seen.Graph(), noise))
		}
		return m.expected(scope, seen, noises)
	}
	mean, _ := m.nets.encoder(scope.At("encoder"), seen)
	s, _ := m.nets.state(scope.At("f_psi"), mean)
	return s
}
