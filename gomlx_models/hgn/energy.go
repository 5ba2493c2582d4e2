package hgn

import (
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/nets"
	"hgn.local/kernels_xla/phase"
)

// kinetics are the forms that K(p) can take, p [batch, d] -> [batch].
var kinetics = map[string]func(m *Model, scope *model.Scope, p *Node) *Node{
	// quadratic: |p|²/2. For a mechanical system with constant masses this loses nothing, since a
	// linear change of coordinates brings K to this form.
	"quadratic": func(_ *Model, _ *model.Scope, p *Node) *Node { return MulScalar(ReduceSum(Square(p), -1), 0.5) },
	// even: learned with K(-p) = K(p), which is what makes a reversed video obey the same H.
	"even": func(m *Model, scope *model.Scope, p *Node) *Node {
		return nets.EvenEnergy(scope, p, m.Params.EnergyHidden[0])
	},
	// mlp: learned without constraints, the paper's choice.
	"mlp": func(m *Model, scope *model.Scope, p *Node) *Node {
		return nets.Energy(scope, p, m.Params.EnergyHidden...)
	},
}

// hamiltonian is the learned H(q, p) = K(p) + V(q) (paper, Sec. 3.1, separable as in its Appendix).
func (m *Model) hamiltonian(scope *model.Scope) phase.Separable {
	scope = scope.At("hamiltonian")
	return phase.Sum{
		K: func(p *Node) *Node { return kinetics[m.Params.Kinetic](m, scope.At("kinetic"), p) },
		V: func(q *Node) *Node {
			return nets.Energy(scope.At("potential"), m.latent.Embed(q), m.Params.EnergyHidden...)
		},
	}
}
