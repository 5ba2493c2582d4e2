package integrate_test

import (
	"math/rand/v2"
	"testing"

	"github.com/gomlx/compute"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/graphtest"
	"hgn.local/kernels_xla/integrate"
	"hgn.local/kernels_xla/phase"
)

var ok = graphtest.OK

// system is a Hamiltonian written as a graph, with its parameters as variables. Every property is
// tested for every integrator on every system.
type system struct {
	name               string
	dim                int
	extent             float64        // starts are drawn from [-extent, extent] in every coordinate
	parameters         map[string]any // float64 values by name
	kinetic, potential func(w weight, x *Node) *Node
	joint              func(w weight, s phase.State) *Node // instead of the two, for an H that is not separable
}

// weight gives a parameter by its name, as a node.
type weight func(name string) *Node

var systems = []system{massSpring, pendulum, henonHeiles, network, quartic}

// massSpring is the linear oscillator H = k q²/2 + p²/2m.
var massSpring = system{
	name: "mass_spring", dim: 1, extent: 1,
	parameters: map[string]any{"k": 2.0, "m": 0.5},
	kinetic:    func(w weight, p *Node) *Node { return overTwice(sumSquares(p), w("m")) },
	potential:  func(w weight, q *Node) *Node { return MulScalar(Mul(sumSquares(q), w("k")), 0.5) },
}

// pendulum is H = m g l (1 - cos q) + p²/(2 m l²); the starts stay below the separatrix.
var pendulum = system{
	name: "pendulum", dim: 1, extent: 1,
	parameters: map[string]any{"m": 0.5, "g": 3.0, "l": 1.0},
	kinetic: func(w weight, p *Node) *Node {
		return overTwice(sumSquares(p), Mul(w("m"), Square(w("l"))))
	},
	potential: func(w weight, q *Node) *Node {
		mgl := Mul(w("m"), Mul(w("g"), w("l")))
		return Mul(ReduceSum(OneMinus(Cos(q)), -1), mgl)
	},
}

// henonHeiles is the coupled anharmonic H = |p|²/2 + |q|²/2 + λ(x²y - y³/3); the starts stay below
// the energy 1/12 above which chaos spreads.
var henonHeiles = system{
	name: "henon_heiles", dim: 2, extent: 0.2,
	parameters: map[string]any{"lambda": 1.0},
	kinetic:    func(_ weight, p *Node) *Node { return MulScalar(sumSquares(p), 0.5) },
	potential: func(w weight, q *Node) *Node {
		x, y := coordinate(q, 0), coordinate(q, 1)
		cubic := Sub(Mul(Square(x), y), DivScalar(Mul(y, Square(y)), 3.0))
		return Add(MulScalar(sumSquares(q), 0.5), Mul(cubic, w("lambda")))
	},
}

// network is a random one-hidden-layer perceptron for K and for V, each on top of a bowl that keeps
// the orbits bound: the shape of a learned Hamiltonian.
var network = system{
	name: "network", dim: 2, extent: 1,
	parameters: networkParameters(2, 8),
	kinetic:    func(w weight, p *Node) *Node { return perceptron(w, "kinetic", p) },
	potential:  func(w weight, q *Node) *Node { return perceptron(w, "potential", q) },
}

func networkParameters(dim, hidden int) map[string]any {
	r := rand.New(rand.NewPCG(7, 0))
	normal := func(rows, columns int) [][]float64 {
		m := make([][]float64, rows)
		for i := range m {
			m[i] = make([]float64, columns)
			for j := range m[i] {
				m[i][j] = r.NormFloat64()
			}
		}
		return m
	}
	parameters := map[string]any{}
	for _, part := range []string{"kinetic", "potential"} {
		parameters[part+"_in"] = normal(dim, hidden)
		parameters[part+"_bias"] = normal(1, hidden)
		parameters[part+"_out"] = normal(hidden, 1)
	}
	return parameters
}

func perceptron(w weight, part string, x *Node) *Node {
	z := Add(MatMul(x, w(part+"_in")), w(part+"_bias"))
	hidden := MulScalar(Add(z, Sqrt(AddScalar(Square(z), 4.0))), 0.5) // squareplus
	bowl := MulScalar(sumSquares(x), 0.5)
	return Add(Squeeze(MulScalar(MatMul(hidden, w(part+"_out")), 0.25), -1), bowl)
}

// quartic is H = (q² + 1)(p² + 1)/2 (Tao 2016), whose parts do not separate.
var quartic = system{
	name: "quartic", dim: 1, extent: 0.5,
	joint: func(_ weight, s phase.State) *Node {
		return MulScalar(Mul(OnePlus(sumSquares(s.Q)), OnePlus(sumSquares(s.P))), 0.5)
	},
}

func sumSquares(x *Node) *Node { return ReduceSum(Square(x), -1) }

func overTwice(x, y *Node) *Node { return Div(x, MulScalar(y, 2.0)) }

// coordinate picks one by a product: the gradient of a Slice could not be differentiated again.
func coordinate(x *Node, i int) *Node {
	unit := make([]float64, x.Shape().Dim(-1))
	unit[i] = 1
	return Einsum("bd,d->b", x, ConvertDType(Const(x.Graph(), unit), x.DType()))
}

// store holds the parameters of s.
func (s system) store(t testing.TB) *model.Store {
	t.Helper()
	store := model.NewStore()
	for name, value := range s.parameters {
		tensor, err := tensors.FromAnyValue(value)
		ok(t, err)
		_, err = store.CreateVariable(name, tensor)
		ok(t, err)
	}
	return store
}

// hamiltonian is H with the parameters of scope, converted to the dtype of the state.
func (s system) hamiltonian(scope *model.Scope) phase.Hamiltonian {
	at := func(x *Node) weight {
		return func(name string) *Node {
			return ConvertDType(scope.GetVariable(name).NodeValue(x.Graph()), x.DType())
		}
	}
	if s.joint != nil {
		return phase.Joint(func(x phase.State) *Node { return s.joint(at(x.Q), x) })
	}
	return phase.Sum{
		K: func(p *Node) *Node { return s.kinetic(at(p), p) },
		V: func(q *Node) *Node { return s.potential(at(q), q) },
	}
}

func (s system) dynamics(scope *model.Scope) phase.Dynamics { return s.hamiltonian(scope) }

// starts draws rows states.
func (s system) starts(rows int) (q, p []float64) {
	r := rand.New(rand.NewPCG(3, 1))
	draw := func() []float64 {
		x := make([]float64, rows*s.dim)
		for i := range x {
			x[i] = s.extent * (2*r.Float64() - 1)
		}
		return x
	}
	return draw(), draw()
}

// energies evaluates H at a stack of states [steps+1, batch, dim]; the result is [steps+1][batch].
func (s system) energies(t testing.TB, qs, ps *tensors.Tensor) [][]float64 {
	t.Helper()
	dims := qs.Shape().Dimensions
	exec, err := model.NewExec(backend(t), s.store(t), func(scope *model.Scope, q, p *Node) *Node {
		flat := phase.State{Q: Reshape(q, -1, s.dim), P: Reshape(p, -1, s.dim)}
		return s.hamiltonian(scope).Energy(flat)
	})
	ok(t, err)
	energy, err := exec.Call1(qs, ps)
	ok(t, err)
	return rows(values(energy), dims[1])
}

// program is a compiled trajectory of one integrator on one system, and how often it was built.
type program struct {
	*integrate.Trajectory
	system
	builds int
}

func compile(t testing.TB, in integrate.Integrator, s system, chunk int) *program {
	t.Helper()
	prog := &program{system: s}
	counted := func(scope *model.Scope) phase.Dynamics {
		prog.builds++
		return s.hamiltonian(scope)
	}
	trajectory, err := integrate.NewTrajectory(backend(t), s.store(t), in, counted, chunk)
	ok(t, err)
	prog.Trajectory = trajectory
	return prog
}

// run integrates the float64 states q, p, row after row, with a scalar dt.
func (p *program) run(t testing.TB, q, mom []float64, dt float64, steps int) (qs, ps *tensors.Tensor) {
	t.Helper()
	qs, ps, err := p.Run(tensor(q, -1, p.dim), tensor(mom, -1, p.dim), tensors.FromScalar(dt), steps)
	ok(t, err)
	return qs, ps
}

// flow is the last state of run.
func (p *program) flow(t testing.TB, q, mom []float64, dt float64, steps int) (q1, p1 []float64) {
	t.Helper()
	qs, ps := p.run(t, q, mom, dt, steps)
	return values(qs)[steps*len(q):], values(ps)[steps*len(q):]
}

// eachPair runs a test for every integrator on every system.
func eachPair(t *testing.T, test func(t *testing.T, in integrate.Integrator, s system)) {
	for _, in := range integrate.All() {
		for _, s := range systems {
			t.Run(in.Name()+"/"+s.name, func(t *testing.T) { test(t, in, s) })
		}
	}
}

func backend(t testing.TB) compute.Backend {
	t.Helper()
	b := graphtest.Sequential(t)
	return b
}

// tensor has the given dimensions, of which one may be -1 to take what is left.
func tensor[T float32 | float64](x []T, dims ...int) *tensors.Tensor {
	size := 1
	for _, d := range dims {
		if d > 0 {
			size *= d
		}
	}
	shape := make([]int, len(dims))
	for i, d := range dims {
		if shape[i] = d; d < 0 {
			shape[i] = len(x) / size
		}
	}
	return tensors.FromFlatDataAndDimensions(x, shape...)
}

func values(t *tensors.Tensor) []float64 { return tensors.MustCopyFlatData[float64](t) }

func rows(x []float64, width int) [][]float64 {
	var out [][]float64
	for i := 0; i < len(x); i += width {
		out = append(out, x[i:i+width])
	}
	return out
}
