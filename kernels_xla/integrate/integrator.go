package integrate

import (
	"fmt"
	"slices"
	"strings"

	. "github.com/gomlx/gomlx/core/graph"

	"hgn.local/kernels_xla/phase"
)

// Integrator advances a state by one step of dt along the flow of a Hamiltonian.
type Integrator interface {
	// Name returns the name that ByName takes.
	Name() string
	// Order returns the order of convergence: the error over a fixed time shrinks like |dt|^Order.
	Order() int
	// Symplectic tells whether a step preserves the symplectic form, and so phase-space volume.
	Symplectic() bool
	// Symmetric tells whether a step of -dt undoes a step of dt exactly (up to rounding).
	Symmetric() bool
	// Step returns the state after dt, a scalar or [batch, 1, ...].
	Step(h phase.Dynamics, s phase.State, dt *Node) phase.State
	// start prepares a rollout from s that may carry work over from one step to the next.
	start(h phase.Dynamics, s phase.State, dt *Node) stepper
}

// stepper yields the states of one rollout, one after the other.
type stepper interface {
	next() phase.State
	// carry returns the values with which the next step begins: q, p and intermediate results for reuse. resume makes
	// the stepper begin with them.
	carry() []*Node
	resume(carry []*Node)
}

// all lists every integrator, from the simplest to the most accurate.
var all = []Integrator{Euler, SymplecticEuler, Leapfrog, Yoshida4, RK4}

// All returns every integrator.
func All() []Integrator { return slices.Clone(all) }

// ByName returns the integrator with a name; its error lists the known names.
func ByName(name string) (Integrator, error) {
	var names []string
	for _, in := range all {
		if in.Name() == name {
			return in, nil
		}
		names = append(names, in.Name())
	}
	return nil, fmt.Errorf("unknown integrator %q: choose one of %s", name, strings.Join(names, ", "))
}
