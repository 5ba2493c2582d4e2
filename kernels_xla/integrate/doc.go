// Package integrate moves a phase-space state along the flow of a Hamiltonian inside a GoMLX graph: of
// a separable one, H(q, p) = K(p) + V(q), by explicit steps, and of any other by the same methods in their
// implicit form.
//
// An integrator is a table of coefficients with a declared order. There are two kinds:
//
//   - Splitting methods alternate kicks p += k·dt·F(q) and drifts q += d·dt·∂K/∂p(p): symplectic
//     Euler, leapfrog (kick-drift-kick, Störmer-Verlet; the HGN paper's choice, Sec. 3.2 and A.6) and
//     Yoshida's fourth-order composition. They preserve phase-space volume, and the symmetric ones
//     are inverted exactly by -dt.
//   - Explicit Runge-Kutta methods use the full field: Euler and the classical RK4. They are neither
//     symplectic nor reversible, and are here to show what that costs.
//
// Friction that is proportional to the momentum ([phase.Damped]) is part of the kicks, exactly, so that a method keeps its order
// and -dt inverts it still; phase-space volume then shrinks as it does in truth. A field without a Hamiltonian ([phase.Free])
// takes a Runge-Kutta method.
//
// # Conventions
//
// dt is a node, so that its sign and size are inputs of a compiled program: changing the direction
// or the speed compiles nothing. It is a scalar, or has one value a row: [batch, 1, ...], so that
// one batch can run into the future and the past at once. -dt runs time backwards.
//
// # Implicit steps
//
// Where H is not separable, a step of a splitting method solves equations x = f(x) by iteration. [Trajectory] looks at what
// is left of them, |f(x) - x|/(1 + |f(x)|), takes more iterations where that is too much, and is an error that names the step
// where no number of them helps. In a training graph their number is fixed, and [PathAndResidual] tells what they leave.
//
// # Loops
//
// [Rollout] unrolls its steps into the graph. XLA takes a time to compile that grows with them, so that 100 steps with their
// gradient take minutes. [Path] gives the same states stacked; on a backend with [Loops] it is a loop with a reverse pass of
// its own, which compiles in the same few seconds for any length, and whose length may be an input. [Trajectory] is a compiled
// Path for long runs without gradients.
package integrate
