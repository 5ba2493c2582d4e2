package phase_test

import (
	"testing"

	. "github.com/gomlx/gomlx/core/graph"

	"hgn.local/kernels_xla/phase"
)

// energyFunc is a Hamiltonian given by one function of the state.
type energyFunc func(s phase.State) *Node

func (f energyFunc) Energy(s phase.State) *Node { return f(s) }

func (f energyFunc) Rates(s phase.State) (dq, dp *Node) { return phase.Field(f, s) }

// hamiltonians are joint or separable, of two degrees of freedom.
var hamiltonians = map[string]phase.Hamiltonian{
	// Motion in polar-like coordinates, where the mass depends on the position.
	"position-dependent mass": energyFunc(func(s phase.State) *Node {
		kinetic := Div(Square(s.P), MulScalar(OnePlus(Square(s.Q)), 2.0))
		return Add(total(kinetic), total(Mul(Cos(s.Q), s.P)))
	}),
	// A perceptron on (q, p) together.
	"joint network": energyFunc(func(s phase.State) *Node {
		x := Concatenate([]*Node{s.Q, s.P}, -1)
		w := func(seed uint64, rows, columns int) *Node {
			return Reshape(Const(x.Graph(), normal(rows*columns, seed)), rows, columns)
		}
		return Squeeze(MatMul(Tanh(MatMul(x, w(1, 4, 8))), w(2, 8, 1)), -1)
	}),
	"separable": separable,
}

var separable = phase.Sum{
	K: func(p *Node) *Node { return total(Sqrt(OnePlus(Square(p)))) },
	V: func(q *Node) *Node { return total(Mul(Square(q), Sin(q))) },
}

// total sums over all axes but the batch.
func total(x *Node) *Node { return ReduceSum(Reshape(x, x.Shape().Dim(0), -1), -1) }

const batch, dim = 3, 2

// Field is (∂H/∂p, -∂H/∂q), by finite differences of the energy.
func TestField(t *testing.T) {
	for name, h := range hamiltonians {
		t.Run(name, func(t *testing.T) {
			q, p := normal(batch*dim, 3), normal(batch*dim, 4)
			energy := compile(t, func(s phase.State) []*Node { return []*Node{h.Energy(s)} }, batch, dim)
			field := compile(t, func(s phase.State) []*Node {
				dq, dp := phase.Field(h, s)
				return []*Node{dq, dp}
			}, batch, dim)
			if e := energy(q, p)[0]; len(e) != batch {
				t.Fatalf("the energy has %d values, want one for each of %d rows", len(e), batch)
			}
			got := field(q, p)
			near(t, "dq/dt", got[0], differences(func(p []float64) float64 { return sum(energy(q, p)[0]) }, p), 1e-9)
			near(t, "dp/dt", got[1], negated(differences(func(q []float64) float64 { return sum(energy(q, p)[0]) }, q)), 1e-9)
		})
	}
}

// For a separable Hamiltonian, Velocity and Force are the two halves of Field.
func TestVelocityAndForce(t *testing.T) {
	both := compile(t, func(s phase.State) []*Node {
		dq, dp := phase.Field(separable, s)
		return []*Node{dq, dp, phase.Velocity(separable, s.P), phase.Force(separable, s.Q)}
	}, batch, dim)
	got := both(normal(batch*dim, 3), normal(batch*dim, 4))
	near(t, "velocity", got[2], got[0], 1e-14)
	near(t, "force", got[3], got[1], 1e-14)
}

// The derivatives are partial: that q and p were computed from each other earlier changes nothing.
func TestFieldIsPartial(t *testing.T) {
	entangle := func(s phase.State) phase.State {
		q := Add(s.Q, MulScalar(Sin(s.P), 0.5))
		return phase.State{Q: q, P: Sub(s.P, MulScalar(Square(q), 0.3))}
	}
	for name, h := range hamiltonians {
		t.Run(name, func(t *testing.T) {
			field := func(s phase.State) []*Node {
				dq, dp := phase.Field(h, s)
				return []*Node{dq, dp}
			}
			q, p := normal(batch*dim, 3), normal(batch*dim, 4)
			state := compile(t, func(s phase.State) []*Node {
				s = entangle(s)
				return []*Node{s.Q, s.P}
			}, batch, dim)(q, p)
			want := compile(t, field, batch, dim)(state[0], state[1])
			got := compile(t, func(s phase.State) []*Node { return field(entangle(s)) }, batch, dim)(q, p)
			near(t, "dq/dt", got[0], want[0], 1e-14)
			near(t, "dp/dt", got[1], want[1], 1e-14)
		})
	}
}

// The gradient of a loss passes through the field to the state: it holds second derivatives of H.
func TestGradientThroughField(t *testing.T) {
	for name, h := range hamiltonians {
		t.Run(name, func(t *testing.T) {
			loss := func(s phase.State) *Node {
				dq, dp := phase.Field(h, s)
				return ReduceAllSum(Add(Square(dq), Mul(dp, s.P)))
			}
			value := compile(t, func(s phase.State) []*Node { return []*Node{loss(s)} }, batch, dim)
			gradient := compile(t, func(s phase.State) []*Node { return Gradient(loss(s), s.Q, s.P) }, batch, dim)
			q, p := normal(batch*dim, 3), normal(batch*dim, 4)
			got := gradient(q, p)
			near(t, "d loss/dq", got[0], differences(func(q []float64) float64 { return value(q, p)[0][0] }, q), 1e-8)
			near(t, "d loss/dp", got[1], differences(func(p []float64) float64 { return value(q, p)[0][0] }, p), 1e-8)
		})
	}
}

// Ten steps unrolled in one graph are ten calls of a program of one step, where q and p are inputs and
// so cannot depend on each other; and the gradient of a loss, with respect to the start and to a
// parameter of H, is that of the calls. A field of total derivatives fails here for a joint H: after
// a kick p depends on q, and the derivative with respect to q at the next kick flows through p.
func TestRolloutByField(t *testing.T) {
	const steps, dt = 10, 0.1
	for name, h := range hamiltonians {
		t.Run(name, func(t *testing.T) {
			step := func(s phase.State, scale *Node) phase.State {
				scaled := energyFunc(func(s phase.State) *Node { return Mul(h.Energy(s), scale) })
				kick := func() {
					_, dp := phase.Field(scaled, s)
					s.P = Add(s.P, MulScalar(dp, dt/2))
				}
				kick()
				dq, _ := phase.Field(scaled, s)
				s.Q = Add(s.Q, MulScalar(dq, dt))
				kick()
				return s
			}
			one := compileScaled(t, func(s phase.State, scale *Node) []*Node {
				s = step(s, scale)
				return []*Node{s.Q, s.P}
			})
			unrolled := compileScaled(t, func(s phase.State, scale *Node) []*Node {
				start := s
				for range steps {
					s = step(s, scale)
				}
				loss := ReduceAllSum(Add(Square(s.Q), Mul(s.Q, s.P)))
				return append([]*Node{s.Q, s.P}, Gradient(loss, start.Q, start.P, scale)...)
			})
			calls := func(q, p []float64, scale float64) (q1, p1 []float64) {
				for range steps {
					next := one(q, p, scale)
					q, p = next[0], next[1]
				}
				return q, p
			}
			loss := func(q, p []float64, scale float64) float64 {
				q, p = calls(q, p, scale)
				l := 0.0
				for i := range q {
					l += q[i]*q[i] + q[i]*p[i]
				}
				return l
			}

			const scale = 0.7
			q, p := normal(batch*dim, 3), normal(batch*dim, 4)
			got := unrolled(q, p, scale)
			wantQ, wantP := calls(q, p, scale)
			near(t, "q", got[0], wantQ, 1e-13)
			near(t, "p", got[1], wantP, 1e-13)
			near(t, "d loss/dq", got[2], differences(func(q []float64) float64 { return loss(q, p, scale) }, q), 1e-6)
			near(t, "d loss/dp", got[3], differences(func(p []float64) float64 { return loss(q, p, scale) }, p), 1e-6)
			near(t, "d loss/d scale", got[4],
				differences(func(c []float64) float64 { return loss(q, p, c[0]) }, []float64{scale}), 1e-6)
		})
	}
}

// A parameter of H that was itself inferred from the state is held fixed by the field: with the
// stiffness k = 1 + q₀² the force at q₀ is -kq₀.
func TestInferredParameterIsHeldFixed(t *testing.T) {
	q, p := normal(batch*dim, 3), normal(batch*dim, 4)
	got := compile(t, func(s phase.State) []*Node {
		stiffness, mass := OnePlus(Square(s.Q)), OnePlus(Square(s.P))
		h := phase.Sum{
			K: func(p *Node) *Node { return total(Div(Square(p), MulScalar(mass, 2.0))) },
			V: func(q *Node) *Node { return total(MulScalar(Mul(stiffness, Square(q)), 0.5)) },
		}
		return []*Node{phase.Velocity(h, s.P), phase.Force(h, s.Q)}
	}, batch, dim)(q, p)
	velocity, force := make([]float64, len(q)), make([]float64, len(q))
	for i := range q {
		velocity[i], force[i] = p[i]/(1+p[i]*p[i]), -(1+q[i]*q[i])*q[i]
	}
	near(t, "velocity", got[0], velocity, 1e-14)
	near(t, "force", got[1], force, 1e-14)
}

// An energy that does not depend on q, a free particle, has no force; one without p does not move.
func TestFieldOfOneSidedEnergy(t *testing.T) {
	zeros := make([]float64, batch*dim)
	q, p := normal(batch*dim, 3), normal(batch*dim, 4)
	free := compile(t, func(s phase.State) []*Node {
		dq, dp := phase.Field(energyFunc(func(s phase.State) *Node { return MulScalar(total(Square(s.P)), 0.5) }), s)
		return []*Node{dq, dp}
	}, batch, dim)(q, p)
	near(t, "dq/dt of a free particle", free[0], p, 1e-15)
	near(t, "dp/dt of a free particle", free[1], zeros, 0)
	frozen := compile(t, func(s phase.State) []*Node {
		flat := phase.Sum{K: func(p *Node) *Node { return total(ZerosLike(p)) }, V: total}
		return []*Node{phase.Velocity(flat, s.P)}
	}, batch, dim)(q, p)
	near(t, "velocity without kinetic energy", frozen[0], zeros, 0)
}

// The field has the shape of the state, whatever axes follow the batch.
func TestFieldOfImageShapedState(t *testing.T) {
	const n = batch * 4 * 4 * 16
	q, p := normal(n, 3), normal(n, 4)
	field := func(s phase.State) []*Node {
		dq, dp := phase.Field(separable, s)
		if !dq.Shape().Equal(s.Q.Shape()) || !dp.Shape().Equal(s.P.Shape()) {
			t.Errorf("the field has shapes %s and %s, the state %s", dq.Shape(), dp.Shape(), s.Q.Shape())
		}
		return []*Node{dq, dp}
	}
	image, flat := compile(t, field, batch, 4, 4, 16)(q, p), compile(t, field, batch, 256)(q, p)
	near(t, "dq/dt", image[0], flat[0], 1e-14)
	near(t, "dp/dt", image[1], flat[1], 1e-14)
}
