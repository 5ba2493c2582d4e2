package nhf

import (
	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/points"
	"hgn.local/gomlx_models/prior"
	"hgn.local/kernels_xla/integrate"
	"hgn.local/kernels_xla/phase"
)

// rows is the batch size of the programs that evaluate and sample. The last chunk of a request is padded, so that no
// other size is compiled.
const rows = 1024

// Model is a Neural Hamiltonian Flow with its parameters. New makes one and a Learner trains it. It implements
// points.Model. Positions q are in the units of the data, momenta p in the model's own.
type Model struct {
	Params Params

	backend            compute.Backend
	store              *model.Store
	dtype              dtypes.DType
	initial            points.Standardizer
	position, momentum prior.Prior
	energies           func(scope *model.Scope) phase.Separable // builds one Hamiltonian of the chain, with its variables in scope

	weightsExec, jointExec, forwardExec, inverseExec, pathExec, encodeExec *model.Exec
	stepExecs, energyExecs                                                 []*model.Exec // one for each Hamiltonian
}

// New makes an untrained model of points with standard.Dim() coordinates. It standardises its data by standard (see
// points.Standardise). The store keeps the standardisation, so points.Identity(dim) will do for a model whose weights
// are loaded next.
func New(backend compute.Backend, p Params, standard points.Standardizer) (*Model, error) {
	if err := standard.Check(); err != nil {
		return nil, err
	}
	if err := p.Validate(standard.Dim()); err != nil {
		return nil, err
	}
	m := &Model{Params: p, backend: backend, store: fit.NewStore(p.Seed), dtype: dtypes.Float32, initial: standard}
	if p.Dtype == "float64" {
		m.dtype = dtypes.Float64
	}
	m.energies = m.perceptrons
	var err error
	if m.position, err = prior.Parse(p.Prior, m.Dim()); err != nil {
		return nil, err
	}
	if m.momentum, err = prior.Parse(p.momentumPrior(), m.Dim()); err != nil {
		return nil, err
	}
	return m, m.compile()
}

// compile prepares the model's programs.
func (m *Model) compile() (err error) {
	program := func(f func(scope *model.Scope, a, b *Node) []*Node) *model.Exec {
		if err != nil {
			return nil
		}
		var exec *model.Exec
		exec, err = model.NewExec(m.backend, m.store, f)
		return exec
	}
	m.weightsExec = program(func(scope *model.Scope, q, noise *Node) []*Node {
		logW, _ := m.logWeights(scope, m.exact(), q, noise, m.position, m.momentum)
		return []*Node{logW}
	})
	m.jointExec = program(func(scope *model.Scope, q, p *Node) []*Node {
		return []*Node{m.logJoint(scope, m.exact(), phase.State{Q: q, P: p}, m.position, m.momentum)}
	})
	m.forwardExec = program(func(scope *model.Scope, q, p *Node) []*Node {
		states, _ := m.forward(scope, m.exact(), phase.State{Q: q, P: p})
		return flat(states[len(states)-1:])
	})
	m.pathExec = program(func(scope *model.Scope, q, p *Node) []*Node {
		states, _ := m.forward(scope, m.exact(), phase.State{Q: q, P: p})
		return flat(states)
	})
	m.inverseExec = program(func(scope *model.Scope, q, p *Node) []*Node {
		start, _ := m.inverse(scope, m.exact(), phase.State{Q: q, P: p})
		return flat([]phase.State{start})
	})
	m.encodeExec = program(func(scope *model.Scope, q, noise *Node) []*Node {
		p, stretch := m.encode(scope, q, noise)
		return []*Node{p, Sub(prior.Normal{D: m.Dim(), Scale: 1}.LogProbGraph(noise), stretch)}
	})
	for i := range m.Params.Hamiltonians {
		m.stepExecs = append(m.stepExecs, program(func(scope *model.Scope, q, p *Node) []*Node {
			st := m.stages(scope, q.Graph())[i]
			return flat(integrate.Rollout(m.exact(), st.h, phase.State{Q: q, P: p}, st.dt, 1)[1:])
		}))
		m.energyExecs = append(m.energyExecs, program(func(scope *model.Scope, q, p *Node) []*Node {
			st := m.stages(scope, q.Graph())[i]
			return []*Node{st.h.Kinetic(p), st.h.Potential(q)}
		}))
	}
	return err
}

// flat lists q and p of each state.
func flat(states []phase.State) []*Node {
	var all []*Node
	for _, s := range states {
		all = append(all, s.Q, s.P)
	}
	return all
}

// Store returns the store that holds the parameters; package training saves and loads it.
func (m *Model) Store() *model.Store { return m.store }

// Dim returns the number of coordinates of a point.
func (m *Model) Dim() int { return m.initial.Dim() }

// Parameters counts the trainable numbers of a model that has been built or trained.
func (m *Model) Parameters() int { return fit.Parameters(m.store) }

// Check fails unless the store holds every variable that the model's parameters ask for, in its shape. It detects a
// store loaded from another model.
func (m *Model) Check() error { return fit.CheckVariables(m.store, m.build) }

// build evaluates the density of one point, which makes the missing variables.
func (m *Model) build() error {
	_, err := m.LogProbWith(points.New(1, m.Dim()), 1)
	return err
}

// standard returns the standardisation of the data.
func (m *Model) standard() (points.Standardizer, error) { return points.Stored(m.store, m.initial) }
