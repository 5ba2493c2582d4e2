package hnn

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/convops"
	"hgn.local/kernels_xla/integrate"
	"hgn.local/kernels_xla/phase"
	"hgn.local/kernels_xla/program"
)

// Programs describes the parts of a trained model for other programs:
//
//	encoder  frames -> q, p                       the state of two consecutive frames in bytes, [batch, 2, Size, Size, 3]
//	decoder  q, p -> frames                       the first of the two, [batch, Size, Size, 3] in (0, 1)
//	energy   q, p -> kinetic, potential, energy   as Energies
//	step     q, p, dt -> q_next, p_next           one step of the integrator
func (m *Model) Programs() ([]program.Program, error) {
	size := m.Video.Size
	shared, err := programs(m.dim, m.Params.Integrator, m.hamiltonian, true)
	return append([]program.Program{{
		Name: "encoder", About: "the state of two consecutive frames",
		Inputs:  []program.Value{video.FramesValue(m.Video, 2)},
		Outputs: []string{"q", "p"},
		Build: func(scope *model.Scope, in []*Node) []*Node {
			n := in[0].Shape().Dim(0)
			seen := Transpose(video.SeenFrames(in[0], m.Params.Pool), 1, 2) // first frames of all examples before second ones
			s := m.encoder(scope.At("encoder"), pairs(Reshape(seen, -1, 2*n), n))
			return []*Node{s.Q, s.P}
		},
	}, {
		Name: "decoder", About: "the frame that shows a state",
		Inputs:  []program.Value{program.Rows("q", m.dim), program.Rows("p", m.dim)},
		Outputs: []string{"frames"},
		Build: func(scope *model.Scope, in []*Node) []*Node {
			frame, _ := m.decoder(scope.At("decoder"), phase.State{Q: in[0], P: in[1]})
			return []*Node{Reshape(convops.AlgebraicSigmoid(frame), -1, size, size, 3)}
		},
	}}, shared...), err
}

// Programs describes the energy, unless the model is a baseline, and a step; see [Model.Programs].
func (m *StatesModel) Programs() ([]program.Program, error) {
	return programs(m.Dim, m.Params.Integrator, m.hamiltonian, m.Params.Variant != Baseline)
}

// programs describes what models of frames and of states have in common.
func programs(dim int, integrator string, h func(*model.Scope) phase.Hamiltonian, hasEnergy bool) (all []program.Program, err error) {
	in, err := integrate.ByName(integrator)
	if err != nil {
		return nil, err
	}
	q, p := program.Rows("q", dim), program.Rows("p", dim)
	if hasEnergy {
		all = append(all, program.Program{
			Name: "energy", About: "the learned energy of a state",
			Inputs:  []program.Value{q, p},
			Outputs: []string{"kinetic", "potential", "energy"},
			Build: func(scope *model.Scope, x []*Node) []*Node {
				k, v := parts(h(scope), phase.State{Q: x[0], P: x[1]})
				return []*Node{k, v, Add(k, v)}
			},
		})
	}
	return append(all, program.Program{
		Name: "step", About: "the state one step of " + in.Name() + " later",
		Inputs:  []program.Value{q, p, program.Number("dt")},
		Outputs: []string{"q_next", "p_next"},
		Build: func(scope *model.Scope, x []*Node) []*Node {
			s := in.Step(h(scope), phase.State{Q: x[0], P: x[1]}, x[2])
			return []*Node{s.Q, s.P}
		},
	}), nil
}
