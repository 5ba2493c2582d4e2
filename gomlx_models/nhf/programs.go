package nhf

import (
	"fmt"
	"math"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/prior"
	"hgn.local/kernels_xla/phase"
	"hgn.local/kernels_xla/program"
)

// Programs describes the parts of a trained flow for other programs. Points x and log-densities are in the units of the
// data, float64; q is x after the data's standardisation, p is in the model's own units.
//
//	logp       x, noise -> logp, log_weights   log p(x) from K = Params.Evaluation momenta a point, with their normal numbers
//	                                           noise [batch, K, d], and the logarithms of the weights, [batch, K]; see LogProbWith
//	forward    q, p -> x                       states of the prior to points, as Sample does it
//	momentum   x, noise -> p                   momenta of the density f_psi(p|x) from normal numbers [batch, d]
//	energy_i   q, p -> kinetic, potential, dt  Hamiltonian i, from the prior on, with the dt that was learned for it
//	step_i     q, p, dt -> q_next, p_next      one leapfrog step of it
//
// Given conditions, each takes c after these inputs, float64 and in the units of the data; a class is 1 for itself and 0
// for the others.
func (m *Model) Programs() ([]program.Program, error) {
	standard, err := m.standard()
	if err != nil {
		return nil, err
	}
	d, k := m.Dim(), m.Params.Evaluation
	x := program.Rows("x", d).As(dtypes.Float64)
	q, p := program.Rows("q", d).As(m.dtype), program.Rows("p", d).As(m.dtype)
	with := func(values ...program.Value) []program.Value { return values }
	given := func([]*Node) *Model { return m }
	if standard.Cond != nil {
		with = func(values ...program.Value) []program.Value {
			return append(values, program.Rows("c", m.CondDim()).As(dtypes.Float64))
		}
		given = func(in []*Node) *Model {
			return m.given(ConvertDType(standard.Cond.ForwardGraph(in[len(in)-1]), m.dtype))
		}
	}
	all := []program.Program{{
		Name: "logp", About: fmt.Sprintf("log p(x) in nats, the importance-weighted estimate from %d momenta a point", k),
		Inputs:  with(x, program.Rows("noise", k, d).As(m.dtype)),
		Outputs: []string{"logp", "log_weights"},
		Build: func(scope *model.Scope, in []*Node) []*Node {
			n, m := in[0].Shape().Dim(0), given(in)
			m = m.given(repeated(m.cond, k))
			at := repeated(ConvertDType(standard.ForwardGraph(in[0]), m.dtype), k)
			logW, _ := m.logWeights(scope, m.exact(), at, Reshape(in[1], n*k, d), m.position, m.momentum)
			logs := AddScalar(ConvertDType(Reshape(logW, n, k), dtypes.Float64), standard.LogDet())
			return []*Node{AddScalar(prior.LogSumExp(logs), -math.Log(float64(k))), logs}
		},
	}, {
		Name: "forward", About: "points from states of the prior",
		Inputs:  with(q, p),
		Outputs: []string{"x"},
		Build: func(scope *model.Scope, in []*Node) []*Node {
			states, _ := given(in).forward(scope, m.exact(), phase.State{Q: in[0], P: in[1]})
			return []*Node{standard.InverseGraph(ConvertDType(states[len(states)-1].Q, dtypes.Float64))}
		},
	}, {
		Name: "momentum", About: "momenta of a point, from standard normal numbers",
		Inputs:  with(x, program.Rows("noise", d).As(m.dtype)),
		Outputs: []string{"p"},
		Build: func(scope *model.Scope, in []*Node) []*Node {
			p, _ := given(in).encode(scope, ConvertDType(standard.ForwardGraph(in[0]), m.dtype), in[1])
			return []*Node{p}
		},
	}}
	for i := range m.Params.Hamiltonians {
		if i > 0 && m.Params.Shared {
			break
		}
		all = append(all, m.hamiltonianPrograms(i, q, p, with, given)...)
	}
	return all, nil
}

// hamiltonianPrograms describes one Hamiltonian of the chain. with appends the conditions to inputs, and given takes them
// from there.
func (m *Model) hamiltonianPrograms(i int, q, p program.Value, with func(...program.Value) []program.Value, given func(in []*Node) *Model) []program.Program {
	return []program.Program{{
		Name: fmt.Sprintf("energy_%d", i), About: fmt.Sprintf("the energy of Hamiltonian %d, and its learned time step", i),
		Inputs:  with(q, p),
		Outputs: []string{"kinetic", "potential", "dt"},
		Build: func(scope *model.Scope, in []*Node) []*Node {
			st := given(in).stages(scope, in[0].Graph())[i]
			return []*Node{st.h.Kinetic(in[1]), st.h.Potential(in[0]), st.dt}
		},
	}, {
		Name: fmt.Sprintf("step_%d", i), About: fmt.Sprintf("the state one leapfrog step of Hamiltonian %d later", i),
		Inputs:  with(q, p, program.Number("dt").As(m.dtype)),
		Outputs: []string{"q_next", "p_next"},
		Build: func(scope *model.Scope, in []*Node) []*Node {
			return flat([]phase.State{m.exact().Step(given(in).stages(scope, in[0].Graph())[i].h, phase.State{Q: in[0], P: in[1]}, in[2])})
		},
	}}
}
