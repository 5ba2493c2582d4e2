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

// Map is a bijection of R^d, whose variables it finds or makes in scope.
type Map interface {
	// Forward takes points z of the prior to standardised points of the data, [n, d] -> [n, d].
	Forward(scope *model.Scope, z *Node) *Node
	// Inverse takes standardised points of the data to points of the prior, and returns the logarithm of its Jacobian
	// determinant, [n].
	Inverse(scope *model.Scope, x *Node) (z, logDet *Node)
}

// Model is a density whose samples are Map.Forward of normal ones. New makes one and a learner trains it. It
// implements points.Model.
type Model struct {
	backend compute.Backend
	store   *model.Store
	dtype   dtypes.DType
	initial points.Standardizer
	prior   prior.Normal
	flow    Map

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

// compile prepares the model's programs.
func (m *Model) compile() (err error) {
	if m.logProbExec, err = model.NewExec(m.backend, m.store, m.logProb); err != nil {
		return err
	}
	if m.forwardExec, err = model.NewExec(m.backend, m.store, m.flow.Forward); err != nil {
		return err
	}
	m.inverseExec, err = model.NewExec(m.backend, m.store, func(scope *model.Scope, x *Node) *Node {
		z, _ := m.flow.Inverse(scope, x)
		return z
	})
	return err
}

// logProb computes log p of standardised points, [n, d] -> [n].
func (m *Model) logProb(scope *model.Scope, x *Node) *Node {
	z, logDet := m.flow.Inverse(scope, x)
	return Add(m.prior.LogProbGraph(z), logDet)
}

// Store returns the store that holds the parameters; package training saves and loads it.
func (m *Model) Store() *model.Store { return m.store }

// Dim returns the number of coordinates of a point.
func (m *Model) Dim() int { return m.initial.Dim() }

// Parameters counts the trainable numbers of a model that has been built or trained.
func (m *Model) Parameters() int { return fit.Parameters(m.store) }

// Check fails unless the store holds every variable that the model's parameters ask for, in its shape. It detects a
// store loaded from another model.
func (m *Model) Check() error {
	return fit.CheckVariables(m.store, func() error {
		_, err := m.LogProb(points.New(1, m.Dim()))
		return err
	})
}

// LogProb returns the exact log p(x) of every point, in nats and in the units of the data.
func (m *Model) LogProb(x points.Points) ([]float64, error) {
	if err := x.Check(m.Dim()); err != nil {
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
	if err := z.Check(m.Dim()); err != nil {
		return x, err
	}
	standard, err := m.standard()
	if err != nil {
		return x, err
	}
	x, err = m.run(m.forwardExec, z, m.Dim())
	return standard.Inverse(x), err
}

// Inverse takes points x of the data to points z of the prior.
func (m *Model) Inverse(x points.Points) (z points.Points, err error) {
	if err := x.Check(m.Dim()); err != nil {
		return z, err
	}
	standard, err := m.standard()
	if err != nil {
		return z, err
	}
	return m.run(m.inverseExec, standard.Forward(x), m.Dim())
}

// ReversalError returns the largest difference, over coordinates, between n points of the prior and the result of
// Forward followed by Inverse.
func (m *Model) ReversalError(seed uint64, n int) (float64, error) {
	z, err := m.SamplePrior(seed, n)
	if err != nil {
		return 0, err
	}
	there, err := m.run(m.forwardExec, z, m.Dim())
	if err != nil {
		return 0, err
	}
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

// run calls a program of one input [rows, d] for all points, chunk by chunk, and returns its output, with width
// numbers per point.
func (m *Model) run(exec *model.Exec, x points.Points, width int) (points.Points, error) {
	out := points.New(x.N(), width)
	return out, points.Chunks(x.N(), rows, func(from, n int) error {
		r, err := exec.Call(x.Part(from, n).Tensor(m.dtype, rows))
		if err != nil {
			return fmt.Errorf("evaluating the flow: %w", err)
		}
		copy(out.Part(from, n).X, nets.Float64s(r[0]))
		return nil
	})
}

// standard returns the standardisation of the data.
func (m *Model) standard() (points.Standardizer, error) { return points.Stored(m.store, m.initial) }
