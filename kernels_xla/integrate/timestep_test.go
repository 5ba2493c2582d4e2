package integrate_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/gomlx/compute/dtypes"
	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/integrate"
	"hgn.local/kernels_xla/phase"
)

// One dt a row, of mixed signs and sizes, equals a run of every row by itself.
func TestTimeStepPerRow(t *testing.T) {
	const steps = 12
	dts := []float64{0.1, -0.1, 0.03, -0.2}
	eachPair(t, func(t *testing.T, in integrate.Integrator, s system) {
		q, p := s.starts(len(dts))
		prog := compile(t, in, s, 4)
		qs, ps, err := prog.Run(tensor(q, -1, s.dim), tensor(p, -1, s.dim), tensor(dts, -1, 1), steps)
		ok(t, err)
		end := steps * len(q)
		gotQ, gotP := rows(values(qs)[end:], s.dim), rows(values(ps)[end:], s.dim)
		for i, dt := range dts {
			wantQ, wantP := prog.flow(t, rows(q, s.dim)[i], rows(p, s.dim)[i], dt, steps)
			if e := max(distance(gotQ[i], wantQ), distance(gotP[i], wantP)); !(e < 1e-13) {
				t.Errorf("row %d with dt = %g differs by %.2g from its own run", i, dt, e)
			}
		}
	})
}

// float32 follows float64 to its precision, and stays float32.
func TestFloat32(t *testing.T) {
	const steps, dt = 20, 0.05
	eachPair(t, func(t *testing.T, in integrate.Integrator, s system) {
		q, p := s.starts(3)
		prog := compile(t, in, s, 4)
		wantQ, wantP := prog.flow(t, q, p, dt, steps)
		qs, ps, err := prog.Run(single(q, -1, s.dim), single(p, -1, s.dim), tensors.FromScalar(float32(dt)), steps)
		ok(t, err)
		if qs.DType() != dtypes.Float32 || ps.DType() != dtypes.Float32 {
			t.Fatalf("the states are %s and %s, want float32", qs.DType(), ps.DType())
		}
		end := steps * len(q)
		if e := max(distance(double(qs)[end:], wantQ), distance(double(ps)[end:], wantP)); !(e < 1e-5) {
			t.Errorf("float32 differs by %.2g", e)
		}
	})
}

// A state with inner axes, such as the paper's [batch, 4, 4, 16], is the same system as the flat one.
func TestImageShapedState(t *testing.T) {
	const batch, steps, inner = 2, 7, 4 * 4 * 16
	energy := func(f func(x *Node) *Node) func(x *Node) *Node {
		return func(x *Node) *Node { return ReduceSum(f(Reshape(x, x.Shape().Dim(0), inner)), -1) }
	}
	h := phase.Sum{
		K: energy(func(p *Node) *Node { return MulScalar(Square(p), 0.5) }),
		V: energy(func(q *Node) *Node { return OneMinus(Cos(q)) }),
	}
	q, p := system{dim: inner, extent: 1}.starts(batch)
	dts := []float64{0.1, -0.05}
	image, flat := []int{batch, 4, 4, 16}, []int{batch, inner}
	for _, in := range integrate.All() {
		trajectory, err := integrate.NewTrajectory(backend(t), model.NewStore(), in,
			func(*model.Scope) phase.Dynamics { return h }, 3)
		ok(t, err)
		run := func(shape []int, dt *tensors.Tensor) (qs, ps *tensors.Tensor) {
			qs, ps, err := trajectory.Run(tensor(q, shape...), tensor(p, shape...), dt, steps)
			ok(t, err)
			if want := slices.Insert(slices.Clone(shape), 0, steps+1); !slices.Equal(qs.Shape().Dimensions, want) {
				t.Errorf("%s: states have shape %s, want %v", in.Name(), qs.Shape(), want)
			}
			return qs, ps
		}
		for _, dt := range []struct{ image, flat *tensors.Tensor }{
			{tensors.FromScalar(0.1), tensors.FromScalar(0.1)},
			{tensor(dts, batch, 1, 1, 1), tensor(dts, batch, 1)},
		} {
			gotQ, gotP := run(image, dt.image)
			wantQ, wantP := run(flat, dt.flat)
			if e := max(distance(values(gotQ), values(wantQ)), distance(values(gotP), values(wantP))); !(e < 1e-13) {
				t.Errorf("%s: shaped like an image the states differ by %.2g", in.Name(), e)
			}
		}
	}
}

// What does not fit is an error that names both sides, from Run and from a graph.
func TestMismatchedShapes(t *testing.T) {
	q, q3 := tensor(make([]float64, 4), 4, 1), tensor(make([]float64, 3), 3, 1)
	wide, dt := tensor(make([]float64, 8), 4, 2), tensors.FromScalar(0.1)
	for _, c := range []struct {
		name     string
		q, p, dt *tensors.Tensor
		says     string
	}{
		{"batch of p", q, q3, dt, "[3, 1]"},
		{"width of p", wide, q, dt, "[4, 2]"},
		{"dtype of p", q, single(make([]float64, 4), 4, 1), dt, "Float32"},
		{"dtype of dt", q, q, tensors.FromScalar(float32(0.1)), "convert dt to Float64"},
		{"dt without inner axes", q, q, tensor(make([]float64, 4), 4), "[4 1]"},
		{"dt for another batch", q, q, q3, "[4 1]"},
		{"dt for every coordinate", wide, wide, wide, "[4 1]"},
		{"dt that would widen a batch of one", tensor([]float64{0}, 1, 1), tensor([]float64{0}, 1, 1), q3, "[1 1]"},
	} {
		for _, in := range integrate.All() {
			t.Run(c.name+"/"+in.Name(), func(t *testing.T) {
				prog := compile(t, in, massSpring, 2)
				if _, _, err := prog.Run(c.q, c.p, c.dt, 3); err == nil || !strings.Contains(err.Error(), c.says) {
					t.Errorf("Run says %v, want an error with %q", err, c.says)
				}
				if prog.builds != 0 {
					t.Error("a program was built for it")
				}
				err := inGraph(t, c.q, c.p, c.dt, func(h phase.Hamiltonian, s phase.State, dt *Node) phase.State {
					return in.Step(h, s, dt)
				})
				if err == nil || !strings.Contains(err.Error(), c.says) {
					t.Errorf("Step says %v, want an error with %q", err, c.says)
				}
			})
		}
	}
}

func TestNegativeStepsInGraph(t *testing.T) {
	q := tensor(make([]float64, 4), 4, 1)
	err := inGraph(t, q, q, tensors.FromScalar(0.1), func(h phase.Hamiltonian, s phase.State, dt *Node) phase.State {
		return integrate.Rollout(integrate.Leapfrog, h, s, dt, -1)[0]
	})
	if err == nil || !strings.Contains(err.Error(), "negative dt") {
		t.Errorf("got %v, want advice to use a negative dt", err)
	}
}

// inGraph builds and runs a step of the spring, and returns what that says.
func inGraph(t *testing.T, q, p, dt *tensors.Tensor, step func(phase.Hamiltonian, phase.State, *Node) phase.State) error {
	t.Helper()
	exec, err := model.NewExec(backend(t), massSpring.store(t), func(scope *model.Scope, q, p, dt *Node) (*Node, *Node) {
		s := step(massSpring.hamiltonian(scope), phase.State{Q: q, P: p}, dt)
		return s.Q, s.P
	})
	ok(t, err)
	_, _, err = exec.Call2(q, p, dt)
	return err
}

func single(x []float64, dims ...int) *tensors.Tensor {
	y := make([]float32, len(x))
	for i := range x {
		y[i] = float32(x[i])
	}
	return tensor(y, dims...)
}

func double(t *tensors.Tensor) []float64 {
	var y []float64
	for _, x := range tensors.MustCopyFlatData[float32](t) {
		y = append(y, float64(x))
	}
	return y
}
