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
// points.Conditional. Positions q are in the units of the data, momenta p in the model's own. Given conditions, the
// positions of a call carry theirs.
type Model struct {
	Params Params

	backend            compute.Backend
	store              *model.Store
	dtype              dtypes.DType
	initial            points.Standardizer
	position, momentum prior.Prior
	energies           func(m *Model, scope *model.Scope) phase.Separable // builds one Hamiltonian of the chain, with its variables in scope

	cond  *Node     // standardised conditions [n, k] in a graph that is being built, or nil; see given
	fixed []float64 // conditions of points without one; see At

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
	m.energies = (*Model).perceptrons
	var err error
	if m.position, err = prior.Parse(p.Prior, m.Dim()); err != nil {
		return nil, err
	}
	if m.momentum, err = prior.Parse(p.momentumPrior(), m.Dim()); err != nil {
		return nil, err
	}
	return m, m.compile()
}

// given returns the model for a graph in which the points are given with standardised conditions c, [n, k], on which V, the
// encoder and the refreshments depend. c is nil without conditions.
func (m *Model) given(c *Node) *Model {
	if c == nil {
		return m
	}
	at := *m
	at.cond = c
	return &at
}

// conditionOf returns the conditions among the inputs of a program that takes so many others, or nil.
func conditionOf(in []*Node, others int) *Node {
	if len(in) == others {
		return nil
	}
	return in[others]
}

// compile prepares the model's programs. Given conditions, each takes these as a third input.
func (m *Model) compile() (err error) {
	program := func(f func(m *Model, scope *model.Scope, a, b *Node) []*Node) *model.Exec {
		if err != nil {
			return nil
		}
		var exec *model.Exec
		exec, err = model.NewExec(m.backend, m.store, func(scope *model.Scope, in []*Node) []*Node {
			return f(m.given(conditionOf(in, 2)), scope, in[0], in[1])
		})
		return exec
	}
	m.weightsExec = program(func(m *Model, scope *model.Scope, q, noise *Node) []*Node {
		logW, _ := m.logWeights(scope, m.exact(), q, noise, m.position, m.momentum)
		return []*Node{logW}
	})
	m.jointExec = program(func(m *Model, scope *model.Scope, q, p *Node) []*Node {
		return []*Node{m.logJoint(scope, m.exact(), phase.State{Q: q, P: p}, m.position, m.momentum)}
	})
	m.forwardExec = program(func(m *Model, scope *model.Scope, q, p *Node) []*Node {
		states, _ := m.forward(scope, m.exact(), phase.State{Q: q, P: p})
		return flat(states[len(states)-1:])
	})
	m.pathExec = program(func(m *Model, scope *model.Scope, q, p *Node) []*Node {
		states, _ := m.forward(scope, m.exact(), phase.State{Q: q, P: p})
		return flat(states)
	})
	m.inverseExec = program(func(m *Model, scope *model.Scope, q, p *Node) []*Node {
		start, _ := m.inverse(scope, m.exact(), phase.State{Q: q, P: p})
		return flat([]phase.State{start})
	})
	m.encodeExec = program(func(m *Model, scope *model.Scope, q, noise *Node) []*Node {
		p, stretch := m.encode(scope, q, noise)
		return []*Node{p, Sub(prior.Normal{D: m.Dim(), Scale: 1}.LogProbGraph(noise), stretch)}
	})
	for i := range m.Params.Hamiltonians {
		m.stepExecs = append(m.stepExecs, program(func(m *Model, scope *model.Scope, q, p *Node) []*Node {
			st := m.stages(scope, q.Graph())[i]
			return flat(integrate.Rollout(m.exact(), st.h, phase.State{Q: q, P: p}, st.dt, 1)[1:])
		}))
		m.energyExecs = append(m.energyExecs, program(func(m *Model, scope *model.Scope, q, p *Node) []*Node {
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

// CondDim returns the numbers of a condition, 0 of a density of x alone.
func (m *Model) CondDim() int { return m.initial.CondDim() }

// At implements points.Conditional. The result shares its weights with m.
func (m *Model) At(cond []float64) (points.Model, error) {
	if err := points.CheckConditions(cond, m.CondDim()); err != nil {
		return nil, err
	}
	at := *m
	at.fixed = cond
	return &at, nil
}

// conditioned checks positions that a caller passes, and returns them with their conditions.
func (m *Model) conditioned(q points.Points) (points.Points, error) {
	return q.For(m.Dim(), m.CondDim(), m.fixed)
}

// Parameters counts the trainable numbers of a model that has been built or trained.
func (m *Model) Parameters() int { return fit.Parameters(m.store) }

// Check fails unless the store holds every variable that the model's parameters ask for, in its shape. It detects a
// store loaded from another model.
func (m *Model) Check() error { return fit.CheckVariables(m.store, m.build) }

// build evaluates the density of one point, which makes the missing variables.
func (m *Model) build() error {
	_, err := m.LogProbWith(points.New(1, m.Dim()).Given(make([]float64, m.CondDim()), m.CondDim()), 1)
	return err
}

// standard returns the standardisation of the data.
func (m *Model) standard() (points.Standardizer, error) { return points.Stored(m.store, m.initial) }
