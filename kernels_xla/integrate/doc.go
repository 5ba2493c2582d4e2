// Package integrate moves a phase-space state along the flow of a Hamiltonian inside a GoMLX graph. A separable
// Hamiltonian, H(q, p) = K(p) + V(q), takes explicit steps; any other takes the same methods in their implicit form.
//
// An integrator is a table of coefficients with a declared order. There are two kinds:
//
//   - Splitting methods alternate kicks p += k·dt·F(q) and drifts q += d·dt·∂K/∂p(p): symplectic
//     Euler, leapfrog (kick-drift-kick, Störmer-Verlet; the HGN paper's choice, Sec. 3.2 and A.6) and
//     Yoshida's fourth-order composition. They preserve phase-space volume, and -dt inverts the
//     symmetric ones exactly.
//   - Explicit Runge-Kutta methods use the full field: Euler and the classical RK4. They are neither
//     symplectic nor reversible, and serve to show the consequences.
//
// The kicks include friction that is proportional to the momentum ([phase.Damped]) exactly, so a method keeps its
// order and -dt still inverts it; phase-space volume then shrinks as in the exact flow. A field without a Hamiltonian
// ([phase.Free]) needs a Runge-Kutta method.
//
// # Conventions
//
// dt is a node, so its sign and size are inputs of a compiled program: a change of direction or speed needs no
// compilation. It is a scalar, or has one value a row, [batch, 1, ...], so that one batch can run into the future and
// the past at once. -dt runs time backwards.
//
// # Implicit steps
//
// If H is not separable, a step of a splitting method solves equations x = f(x) by iteration. [Trajectory] checks the
// residual |f(x) - x|/(1 + |f(x)|), takes more iterations if it is too large, and returns an error that names the
// step if no number of them helps. In a training graph their number is fixed, and [PathAndResidual] returns the
// residual.
//
// # Loops
//
// [Rollout] unrolls its steps into the graph. XLA's compile time grows with their number, so that 100 steps with
// their gradient take minutes. [Path] returns the same states stacked; on a backend with [Loops] it is a loop with
// its own reverse pass, which compiles in the same few seconds for any length, and whose length may be an input.
// [Trajectory] is a compiled Path for long runs without gradients.
package integrate
