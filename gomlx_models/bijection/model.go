package bijection

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/gomlx/compute"
	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/fit"
	"hgn.local/gomlx_models/nets"
	"hgn.local/gomlx_models/params"
	"hgn.local/gomlx_models/points"
	"hgn.local/gomlx_models/prior"
)

// rows is the batch size of the programs that evaluate and sample. The last chunk of a request is padded, so that no
// other size is compiled.
const rows = 1024

// Map is a bijection of R^d, whose variables it finds or makes in scope. Given standardised conditions c, [n, k], it is
// another one for each of them; c is nil without conditions.
type Map interface {
	// Forward takes points z of the prior to standardised points of the data, [n, d] -> [n, d].
	Forward(scope *model.Scope, z, c *Node) *Node
	// Inverse takes standardised points of the data to points of the prior, and returns the logarithm of its Jacobian
	// determinant, [n].
	Inverse(scope *model.Scope, x, c *Node) (z, logDet *Node)
}

// Model is a density whose samples are Map.Forward of normal ones. New makes one and a learner trains it. It
// implements points.Conditional.
type Model struct {
	backend compute.Backend
	store   *model.Store
	dtype   dtypes.DType
	initial points.Standardizer
	prior   prior.Normal
	flow    Map
	fixed   []float64 // conditions of points without one; see At

	logProbExec, forwardExec, inverseExec *model.Exec
}

// New makes an untrained model of points with standard.Dim() coordinates, which must pass standard.Check. It
// standardises its data by standard (see points.Standardise). The store keeps the standardisation, so
// points.Identity(dim) will do for a model whose weights are loaded next. dtype is "float32" or "float64", and seed
// seeds the initial weights.
func New(backend compute.Backend, flow Map, seed uint64, dtype string, standard points.Standardizer) (*Model, error) {
	m := &Model{
		backend: backend, store: fit.NewStore(seed), dtype: dtypes.Float32, flow: flow,
		initial: standard, prior: prior.Normal{D: standard.Dim(), Scale: 1},
	}
	if dtype == "float64" {
		m.dtype = dtypes.Float64
	}
	return m, m.compile()
}

// compile prepares the model's programs, of points and, if there are conditions, of these.
func (m *Model) compile() (err error) {
	program := func(f func(scope *model.Scope, x, c *Node) *Node) *model.Exec {
		if err != nil {
			return nil
		}
		var exec *model.Exec
		exec, err = model.NewExec(m.backend, m.store, func(scope *model.Scope, in []*Node) []*Node {
			return []*Node{f(scope, in[0], given(in[1:]))}
		})
		return exec
	}
	m.logProbExec = program(m.logProb)
	m.forwardExec = program(m.flow.Forward)
	m.inverseExec = program(func(scope *model.Scope, x, c *Node) *Node {
		z, _ := m.flow.Inverse(scope, x, c)
		return z
	})
	return err
}

// given returns the only input of several that there may be, or nil.
func given(in []*Node) *Node {
	if len(in) == 0 {
		return nil
	}
	return in[0]
}

// logProb computes log p of standardised points, [n, d] -> [n].
func (m *Model) logProb(scope *model.Scope, x, c *Node) *Node {
	z, logDet := m.flow.Inverse(scope, x, c)
	return Add(m.prior.LogProbGraph(z), logDet)
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

// conditioned checks points that a caller passes, and returns them with their conditions.
func (m *Model) conditioned(x points.Points) (points.Points, error) {
	return x.For(m.Dim(), m.CondDim(), m.fixed)
}

// Parameters counts the trainable numbers of a model that has been built or trained.
func (m *Model) Parameters() int { return fit.Parameters(m.store) }

// Check fails unless the store holds every variable that the model's parameters ask for, in its shape. It detects a
// store loaded from another model.
func (m *Model) Check() error {
	return fit.CheckVariables(m.store, func() error {
		_, err := m.LogProb(points.New(1, m.Dim()).Given(make([]float64, m.CondDim()), m.CondDim()))
		return err
	})
}

// LogProb returns the exact log p(x) of every point, in nats and in the units of the data.
func (m *Model) LogProb(x points.Points) ([]float64, error) {
	x, err := m.conditioned(x)
	if err != nil {
		return nil, err
	}
	standard, err := m.standard()
	if err != nil {
		return nil, err
	}
	out, err := m.run(m.logProbExec, standard.Forward(x), 1)
	if err != nil {
		return nil, err
	}
	for i := range out.X {
		out.X[i] += standard.LogDet()
	}
	return out.X, nil
}

// Sample draws n points.
func (m *Model) Sample(seed uint64, n int) (points.Points, error) {
	z, err := m.SamplePrior(seed, n)
	if err != nil {
		return points.Points{}, err
	}
	return m.Forward(z)
}

// SamplePrior draws n points of the normal prior, where the flow begins.
func (m *Model) SamplePrior(seed uint64, n int) (points.Points, error) {
	if n < 1 {
		return points.Points{}, params.Errorf("draw at least 1 sample, not %d", n)
	}
	return points.Points{X: m.prior.Sample(rand.New(rand.NewPCG(seed, 0)), n), Dim: m.Dim()}, nil
}

// Forward takes points z of the normal prior to points x of the data.
func (m *Model) Forward(z points.Points) (x points.Points, err error) {
	if z, err = m.conditioned(z); err != nil {
		return x, err
	}
	standard, err := m.standard()
	if err != nil {
		return x, err
	}
	x, err = m.run(m.forwardExec, m.scaled(z, standard), m.Dim())
	x = standard.Inverse(x)
	x.Cond, x.CondDim = z.Cond, z.CondDim
	return x, err
}

// Inverse takes points x of the data to points z of the prior.
func (m *Model) Inverse(x points.Points) (z points.Points, err error) {
	if x, err = m.conditioned(x); err != nil {
		return z, err
	}
	standard, err := m.standard()
	if err != nil {
		return z, err
	}
	z, err = m.run(m.inverseExec, standard.Forward(x), m.Dim())
	z.Cond, z.CondDim = x.Cond, x.CondDim
	return z, err
}

// scaled returns points of the prior with standardised conditions.
func (m *Model) scaled(z points.Points, standard points.Standardizer) points.Points {
	if z.CondDim > 0 {
		z.Cond = standard.Cond.Forward(points.Points{X: z.Cond, Dim: z.CondDim}).X
	}
	return z
}

// ReversalError returns the largest difference, over coordinates, between n points of the prior and the result of
// Forward followed by Inverse.
func (m *Model) ReversalError(seed uint64, n int) (float64, error) {
	z, err := m.SamplePrior(seed, n)
	if err != nil {
		return 0, err
	}
	standard, err := m.standard()
	if err != nil {
		return 0, err
	}
	if z, err = m.conditioned(z); err != nil {
		return 0, err
	}
	z = m.scaled(z, standard)
	there, err := m.run(m.forwardExec, z, m.Dim())
	if err != nil {
		return 0, err
	}
	there.Cond, there.CondDim = z.Cond, z.CondDim
	back, err := m.run(m.inverseExec, there, m.Dim())
	if err != nil {
		return 0, err
	}
	worst := 0.0
	for i := range z.X {
		worst = math.Max(worst, math.Abs(back.X[i]-z.X[i]))
	}
	return worst, nil
}

// run calls a program of points [rows, d], and of their conditions if they have some, for all points, chunk by chunk, and
// returns its output, with width numbers per point.
func (m *Model) run(exec *model.Exec, x points.Points, width int) (points.Points, error) {
	out := points.New(x.N(), width)
	return out, points.Chunks(x.N(), rows, func(from, n int) error {
		r, err := exec.Call(x.Part(from, n).Inputs(m.dtype, rows)...)
		if err != nil {
			return fmt.Errorf("evaluating the flow: %w", err)
		}
		copy(out.Part(from, n).X, nets.Float64s(r[0]))
		return nil
	})
}

// standard returns the standardisation of the data.
func (m *Model) standard() (points.Standardizer, error) { return points.Stored(m.store, m.initial) }
