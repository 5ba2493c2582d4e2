package bijection

import (
	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/program"
)

// Programs describes the parts of a trained flow for other programs. Points x and log-densities are in the units of the
// data, float64; z is a point of the prior.
//
//	logp     x -> logp   log p(x), as LogProb
//	forward  z -> x      as Forward
//	inverse  x -> z      as Inverse
//
// Given conditions, each takes c beside its input, float64 and in the units of the data; a class is 1 for itself and 0 for the
// others.
func (m *Model) Programs() ([]program.Program, error) {
	standard, err := m.standard()
	if err != nil {
		return nil, err
	}
	x, z := program.Rows("x", m.Dim()).As(dtypes.Float64), program.Rows("z", m.Dim()).As(m.dtype)
	inner := func(x *Node) *Node { return ConvertDType(standard.ForwardGraph(x), m.dtype) }
	with := func(v program.Value) []program.Value { return []program.Value{v} }
	cond := func([]*Node) *Node { return nil }
	if standard.Cond != nil {
		with = func(v program.Value) []program.Value {
			return []program.Value{v, program.Rows("c", m.CondDim()).As(dtypes.Float64)}
		}
		cond = func(in []*Node) *Node { return ConvertDType(standard.Cond.ForwardGraph(in[1]), m.dtype) }
	}
	return []program.Program{{
		Name: "logp", About: "log p(x) in nats",
		Inputs:  with(x),
		Outputs: []string{"logp"},
		Build: func(scope *model.Scope, in []*Node) []*Node {
			return []*Node{AddScalar(ConvertDType(m.logProb(scope, inner(in[0]), cond(in)), dtypes.Float64), standard.LogDet())}
		},
	}, {
		Name: "forward", About: "points from points of the prior",
		Inputs:  with(z),
		Outputs: []string{"x"},
		Build: func(scope *model.Scope, in []*Node) []*Node {
			return []*Node{standard.InverseGraph(ConvertDType(m.flow.Forward(scope, in[0], cond(in)), dtypes.Float64))}
		},
	}, {
		Name: "inverse", About: "points of the prior from points",
		Inputs:  with(x),
		Outputs: []string{"z"},
		Build: func(scope *model.Scope, in []*Node) []*Node {
			z, _ := m.flow.Inverse(scope, inner(in[0]), cond(in))
			return []*Node{z}
		},
	}}, nil
}
