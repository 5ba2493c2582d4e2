package integrate_test

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/integrate"
	"hgn.local/kernels_xla/phase"
)

// metric is H = a(q)²|p|²/2 + V(q) with networks for a and V: the shape of a learned kinetic energy.
var metric = system{
	name: "metric", dim: 2, extent: 1,
	parameters: networkParameters(2, 8),
	joint: func(w weight, s phase.State) *Node {
		hidden := Tanh(Add(MatMul(s.Q, w("kinetic_in")), w("kinetic_bias")))
		a := AddScalar(MulScalar(Squeeze(MatMul(hidden, w("kinetic_out")), -1), 0.25), 1.2)
		return Add(MulScalar(Mul(Square(a), sumSquares(s.P)), 0.5), perceptron(w, "potential", s.Q))
	},
}

// growing is H = q²p, of which q = q₀/(1 - q₀t) becomes infinite, and no step that long has a solution.
var growing = system{
	name: "growing", dim: 1, extent: 1,
	joint: func(_ weight, s phase.State) *Node { return ReduceSum(Mul(Square(s.Q), s.P), -1) },
}

// Steps so long that the usual iterations do not solve them are solved all the same: they obey the equations of leapfrog, here
// for the quartic H, whose ∂H/∂q is q(p² + 1), at intermediate states that a solution of the first half gives in closed form.
func TestLongStepsAreSolved(t *testing.T) {
	const dt, steps, batch = 0.9, 12, 4
	q, p := quartic.starts(batch)
	prog := compile(t, integrate.Leapfrog, quartic, 5)
	qs, ps := prog.run(t, q, p, dt, steps)
	if r := prog.Residual(); r > 1e-12 {
		t.Errorf("the residual is %.2g", r)
	}
	if prog.builds != 2 {
		t.Errorf("%d programs were built, want the usual one and that for long steps: nothing was tested", prog.builds)
	}
	worst := 0.0
	x, y := rows(values(qs), batch), rows(values(ps), batch)
	const h = dt / 2
	for i := range steps {
		for k := range batch {
			// p½ = p - h q (p½² + 1), of whose two solutions the one close to p is meant; q½ = q + h p½ (q² + 1)
			a, q, p := h*x[i][k], x[i][k], y[i][k]
			half := 2 * (p - a) / (1 + math.Sqrt(1+4*a*(p-a)))
			middle := q + h*half*(q*q+1)
			worst = max(worst,
				math.Abs(x[i+1][k]-middle-h*half*(x[i+1][k]*x[i+1][k]+1)),
				math.Abs(y[i+1][k]-half+h*x[i+1][k]*(half*half+1)))
		}
	}
	if !(worst < 1e-11) {
		t.Errorf("steps miss their equations by %.2g", worst)
	}
	back, backP := prog.flow(t, values(qs)[steps*batch:], values(ps)[steps*batch:], -dt, steps)
	if e := max(distance(back, q), distance(backP, p)); !(e < 1e-9) {
		t.Errorf("there and back is off by %.2g", e)
	}
	if form := symplecticity(jacobian(t, prog, dt, 4)); !(form < 1e-8) {
		t.Errorf("|JᵀΩJ - Ω| = %.2g", form)
	}
}

// PathAndResidual reports what iterations leave, the same from a loop and from unrolled steps; it falls with their number.
func TestResidual(t *testing.T) {
	const steps, batch = 10, 3
	q, p := metric.starts(batch)
	residuals := func(in integrate.Integrator, steps int) []float64 {
		exec, err := model.NewExec(backend(t), metric.store(t), func(scope *model.Scope, q, p, dt *Node) *Node {
			_, residual := integrate.PathAndResidual(in, metric.hamiltonian(scope), phase.State{Q: q, P: p}, dt, steps, nil)
			return residual
		})
		ok(t, err)
		r, err := exec.Call1(tensor(q, batch, metric.dim), tensor(p, batch, metric.dim), 0.25)
		ok(t, err)
		return values(r)
	}
	before := math.Inf(1)
	for _, n := range []int{2, 4, 6, 8} {
		all := residuals(integrate.Leapfrog.WithIterations(n), steps)
		few := residuals(integrate.Leapfrog.WithIterations(n), 3) // unrolled on every backend
		if len(all) != steps+1 || all[0] != 0 || slices.Min(all[1:]) <= 0 || !(distance(all[:4], few) < 1e-14) {
			t.Errorf("%d iterations: residuals %.2g, of three steps %.2g", n, all, few)
		}
		most := slices.Max(all)
		if most > before/3 {
			t.Errorf("%d iterations leave %.2g, two fewer %.2g", n, most, before)
		}
		before = most
	}
	if most := slices.Max(residuals(integrate.Leapfrog.WithIterations(1), 1)); most > 0.5 || most < 1e-3 {
		t.Errorf("one iteration leaves %.2g", most)
	}
	spring := compile(t, integrate.Leapfrog, massSpring, 2)
	spring.run(t, []float64{1}, []float64{0}, 0.1, 2)
	if r := spring.Residual(); r != 0 {
		t.Errorf("of explicit steps the residual is %g", r)
	}
	short := compile(t, integrate.Leapfrog, quartic, 2)
	short.run(t, []float64{0.5}, []float64{0.5}, 0.05, 2)
	if r := short.Residual(); r <= 0 || r > 1e-12 {
		t.Errorf("of short implicit steps the residual is %g", r)
	}
}

// A step without a solution is an error that names it, and all steps before have one; so is a start that is no number.
func TestStepsWithoutSolutionAreNamed(t *testing.T) {
	prog := compile(t, integrate.Leapfrog, growing, 4)
	run := func(q float64, steps int) error {
		_, _, err := prog.Run(tensor([]float64{0.1, q}, 2, 1), tensor([]float64{1, 1}, 2, 1), tensors.FromScalar(0.1), steps)
		return err
	}
	failed := 0
	for steps := 1; failed == 0 && steps < 40; steps++ {
		if err := run(1, steps); err != nil {
			failed = steps
			if want := fmt.Sprintf("step %d of %d has no solution", steps, steps); !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want %q", err, want)
			}
		}
	}
	err := run(1, 30)
	for _, want := range []string{fmt.Sprintf("step %d of 30", failed), "residual", "64 iterations", "smaller dt", "rk4"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	if failed < 6 || failed > 12 { // q is infinite after 10
		t.Errorf("step %d is the first without a solution", failed)
	}
	if err := run(math.NaN(), 3); err == nil || !strings.Contains(err.Error(), "step 1 of 3") {
		t.Errorf("a start that is no number: %v", err)
	}
	if err := run(0.1, 8); err != nil {
		t.Errorf("after a step without a solution: %v", err)
	}
}

// The gradient through the iterations of float32 is that through as many as are needed, to 1e-5 of its largest entry.
func TestIterationsLeaveTheGradient(t *testing.T) {
	const steps, dt, batch = 10, 0.125, 4
	q, p := metric.starts(batch)
	gradient := func(n int) []float64 {
		exec, err := model.NewExec(backend(t), metric.store(t), func(scope *model.Scope, q, p *Node) []*Node {
			path := integrate.Path(integrate.Leapfrog.WithIterations(n), metric.hamiltonian(scope), phase.State{Q: q, P: p}, Const(q.Graph(), dt), steps, nil)
			wrt := []*Node{q, p}
			for _, name := range slices.Sorted(maps.Keys(metric.parameters)) {
				wrt = append(wrt, scope.GetVariable(name).NodeValue(q.Graph()))
			}
			return Gradient(ReduceAllMean(Add(Mul(path.Q, Square(path.P)), Sin(path.Q))), wrt...)
		})
		ok(t, err)
		out, err := exec.Call(tensor(q, batch, metric.dim), tensor(p, batch, metric.dim))
		ok(t, err)
		var all []float64
		for _, o := range out {
			all = append(all, values(o)...)
		}
		return all
	}
	want := gradient(20)
	size := distance(want, make([]float64, len(want)))
	if e := distance(gradient(5), want) / size; !(e < 1e-5) {
		t.Errorf("five iterations change the gradient by %.2g of its largest entry", e)
	}
	if e := distance(gradient(2), want) / size; e < 1e-4 {
		t.Errorf("two iterations change the gradient by %.2g only: nothing was tested", e)
	}
}

// In float32 steps of the usual length are solved by the usual program, and are those of float64.
func TestSinglePrecisionIsSolved(t *testing.T) {
	const steps, batch = 8, 4
	q, p := metric.starts(batch)
	prog := compile(t, integrate.Leapfrog, metric, steps)
	qs, ps, err := prog.Run(single(q, batch, metric.dim), single(p, batch, metric.dim), tensors.FromScalar(float32(0.0625)), steps)
	ok(t, err)
	if r := prog.Residual(); prog.builds != 1 || r <= 0 || r > 1e-5 {
		t.Errorf("the residual is %.2g, after %d programs", r, prog.builds)
	}
	wantQ, wantP := compile(t, integrate.Leapfrog, metric, steps).run(t, q, p, 0.0625, steps)
	if e := max(distance(double(qs), values(wantQ)), distance(double(ps), values(wantP))); !(e < 1e-5) {
		t.Errorf("the states are off by %.2g", e)
	}
}
