package integrate_test

import (
	"math"
	"strings"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/kernels_xla/integrate"
	"hgn.local/kernels_xla/phase"
)

const rate = 0.4

// damped is a system with friction at the constant rate; the Path of it is a loop where there are loops.
func damped(t *testing.T, in integrate.Integrator, s system, chunk int) *program {
	t.Helper()
	return compileDynamics(t, in, s, chunk, func(scope *model.Scope) phase.Dynamics {
		return phase.Damped{Hamiltonian: s.hamiltonian(scope), Rate: func(p *Node) *Node { return Scalar(p.Graph(), p.DType(), rate) }}
	})
}

func compileDynamics(t *testing.T, in integrate.Integrator, s system, chunk int, dynamics func(*model.Scope) phase.Dynamics) *program {
	t.Helper()
	trajectory, err := integrate.NewTrajectory(backend(t), s.store(t), in, dynamics, chunk)
	ok(t, err)
	return &program{Trajectory: trajectory, system: s}
}

// unit is the oscillator H = (q² + p²)/2. With friction it has the closed solution, with ω² = 1 - c²/4,
//
//	q(t) = exp(-ct/2) (q₀ cos ωt + (p₀ + c q₀/2)/ω sin ωt)
var unit = system{
	name: "unit", dim: 1, extent: 1,
	kinetic:   func(_ weight, p *Node) *Node { return MulScalar(sumSquares(p), 0.5) },
	potential: func(_ weight, q *Node) *Node { return MulScalar(sumSquares(q), 0.5) },
}

func dampedOscillation(q, p, t float64) (qt, pt float64) {
	omega := math.Sqrt(1 - rate*rate/4)
	sin, cos := math.Sincos(omega * t)
	a, b := q, (p+rate*q/2)/omega
	decay := math.Exp(-rate * t / 2)
	return decay * (a*cos + b*sin), decay * (omega*(b*cos-a*sin) - rate/2*(a*cos+b*sin))
}

// A damped system is integrated with the declared order, forwards and backwards, against the closed solution of the damped
// oscillator.
func TestFrictionOrder(t *testing.T) {
	q, p := unit.starts(4)
	for _, duration := range []float64{1.6, -1.6} {
		wantQ, wantP := make([]float64, len(q)), make([]float64, len(q))
		for i := range q {
			wantQ[i], wantP[i] = dampedOscillation(q[i], p[i], duration)
		}
		for _, in := range integrate.All() {
			prog := damped(t, in, unit, 20)
			var logDt, logError []float64
			for _, steps := range []int{40, 80, 160} {
				gotQ, gotP := prog.flow(t, q, p, duration/float64(steps), steps)
				logDt = append(logDt, -math.Log(float64(steps)))
				logError = append(logError, math.Log(max(distance(gotQ, wantQ), distance(gotP, wantP))))
			}
			if got := slope(logDt, logError); !(math.Abs(got-float64(in.Order())) <= 0.1) {
				t.Errorf("%s over a time of %g: the error shrinks like dt^%.3f, declared is dt^%d", in.Name(), duration, got, in.Order())
			}
		}
	}
}

// With friction too, -dt undoes dt exactly by a symmetric method, also of an H that is not separable; the energy falls with
// every step, to a fraction of what it was; and a step of a splitting method shrinks phase-space volume by exp(-c·d·t) exactly.
func TestFrictionInvertsAndContracts(t *testing.T) {
	const steps, dt = 60, 0.05
	for _, in := range []integrate.Integrator{integrate.SymplecticEuler, integrate.Leapfrog, integrate.Yoshida4} {
		for _, s := range []system{pendulum, henonHeiles, quartic} {
			t.Run(in.Name()+"/"+s.name, func(t *testing.T) {
				q, p := s.starts(4)
				prog := damped(t, in, s, 10)
				there, thereP := prog.flow(t, q, p, dt, steps)
				back, backP := prog.flow(t, there, thereP, -dt, steps)
				if e := max(distance(back, q), distance(backP, p)); in.Symmetric() && !(e < 1e-10) || !in.Symmetric() && e < 1e-6 {
					t.Errorf("reversal error %.2g", e)
				}
				qs, ps := prog.run(t, q, p, dt, steps)
				energies := s.energies(t, qs, ps)
				for i := range energies[0] {
					for k := range steps {
						if !(energies[k+1][i] < energies[k][i]) {
							t.Fatalf("the energy rises from %v to %v at step %d", energies[k][i], energies[k+1][i], k)
						}
					}
				}
				want := math.Exp(-rate * float64(s.dim) * 8 * dt)
				if got := math.Abs(determinant(jacobian(t, damped(t, in, s, 4), dt, 8))); !(math.Abs(got/want-1) < 1e-8) {
					t.Errorf("phase-space volume shrinks to %.10f, want %.10f", got, want)
				}
			})
		}
	}
}

// The path of a damped system has the gradient of its rollout, that by the rate included, one rate a row.
func TestFrictionPath(t *testing.T) {
	const steps = 12
	q, p := massSpring.starts(3)
	rates := []float64{0.3, -0.3, 0}
	for _, in := range []integrate.Integrator{integrate.Leapfrog, integrate.Yoshida4, integrate.RK4} {
		run := func(states func(h phase.Dynamics, s phase.State, dt *Node) (q, p *Node)) [][]float64 {
			exec, err := model.NewExec(backend(t), massSpring.store(t), func(scope *model.Scope, q, p, c *Node) []*Node {
				h := phase.Damped{Hamiltonian: massSpring.hamiltonian(scope), Rate: func(*Node) *Node { return c }}
				qs, ps := states(h, phase.State{Q: q, P: p}, Scalar(q.Graph(), q.DType(), 0.1))
				loss := ReduceAllSum(Add(Mul(qs, Square(ps)), Sin(qs)))
				return append([]*Node{qs, ps}, Gradient(loss, q, p, c)...)
			})
			ok(t, err)
			out, err := exec.Call(tensor(q, -1, 1), tensor(p, -1, 1), tensor(rates, -1, 1))
			ok(t, err)
			var all [][]float64
			for _, o := range out {
				all = append(all, values(o))
			}
			return all
		}
		got := run(func(h phase.Dynamics, s phase.State, dt *Node) (q, p *Node) {
			path := integrate.Path(in, h, s, dt, steps, nil)
			return path.Q, path.P
		})
		want := run(func(h phase.Dynamics, s phase.State, dt *Node) (q, p *Node) {
			var qs, ps []*Node
			for _, s := range integrate.Rollout(in, h, s, dt, steps) {
				qs, ps = append(qs, s.Q), append(ps, s.P)
			}
			return Stack(qs, 0), Stack(ps, 0)
		})
		for i := range want {
			if e := distance(got[i], want[i]); !(e < 1e-12) {
				t.Errorf("%s: output %d of a path differs by %.2g from a rollout's", in.Name(), i, e)
			}
		}
	}
}

// A free field is integrated by Runge-Kutta methods, here one that turns states round with the angular velocity 1, and refused
// by those that need an H; a method on a lattice refuses friction.
func TestFreeField(t *testing.T) {
	turning := phase.Free(func(s phase.State) (dq, dp *Node) { return s.P, Neg(s.Q) })
	prog := compileDynamics(t, integrate.RK4, unit, 10, func(*model.Scope) phase.Dynamics { return turning })
	gotQ, gotP := prog.flow(t, []float64{1}, []float64{0}, math.Pi/2/100, 100)
	if e := max(distance(gotQ, []float64{0}), distance(gotP, []float64{-1})); !(e < 1e-8) {
		t.Errorf("a quarter of a turn ends at %v, %v", gotQ, gotP)
	}
	for _, c := range []struct {
		in   integrate.Integrator
		by   phase.Dynamics
		says string
	}{
		{integrate.Leapfrog, turning, "Runge-Kutta"},
		{integrate.Leapfrog.OnLattice(18), phase.Damped{Hamiltonian: phase.Sum{}, Rate: func(p *Node) *Node { return p }}, "lattice"},
	} {
		exec, err := model.NewExec(backend(t), model.NewStore(), func(_ *model.Scope, q *Node) *Node {
			return c.in.Step(c.by, phase.State{Q: q, P: q}, ScalarOne(q.Graph(), q.DType())).Q
		})
		ok(t, err)
		if _, err := exec.Call1(tensors.FromFlatDataAndDimensions([]float64{1}, 1, 1)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s says %v, want a sentence with %q", c.in.Name(), err, c.says)
		}
	}
}
