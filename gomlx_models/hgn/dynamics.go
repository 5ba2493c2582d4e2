package hgn

import (
	"math"

	. "github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/nets"
	"hgn.local/gomlx_models/params"
	"hgn.local/kernels_xla/integrate"
	"hgn.local/kernels_xla/phase"
)

// Dynamics other than Hamilton's are baselines with the same encoder, decoder, curriculum and refinement:
//
//   - ode is a latent ODE (Chen et al. 2018; Rubanova et al. 2019), (dq/dt, dp/dt) = f(q, p) with f a perceptron
//   - recurrent is a residual network that maps a state to the state at the next frame, s + dt·f(s); it knows no time
//     step other than one frame, and cannot run backwards
//
// Neither has an energy.
const hamiltonian = "hamiltonian"

// dynamics returns the dynamics that move a state. sense is -1 for videos shown backwards and 1 for others,
// [batch, 1], or nil for 1.
func (m *Model) dynamics(scope *model.Scope, sense *Node) phase.Dynamics {
	if m.Params.Dynamics != hamiltonian {
		return m.field(scope)
	}
	h := m.hamiltonian(scope)
	if m.Params.Friction == noFriction {
		return h
	}
	return phase.Damped{Hamiltonian: h, Rate: func(p *Node) *Node {
		rate := m.friction(scope, p)
		if sense != nil {
			rate = Mul(rate, sense)
		}
		return rate
	}}
}

// field returns the baselines' f(q, p).
func (m *Model) field(scope *model.Scope) phase.Dynamics {
	return phase.Free(func(s phase.State) (dq, dp *Node) {
		d := m.latent.Dim()
		f := nets.Smooth(scope.At("field"), Concatenate([]*Node{m.Place(s.Q), s.P}, -1), 2*d, m.Params.EnergyHidden...)
		return Slice(f, AxisRange(), AxisRange(0, d)), Slice(f, AxisRange(), AxisRange(d, 2*d))
	})
}

// HasEnergy tells whether the model has Energies: the baselines have none.
func (m *Model) HasEnergy() bool { return m.Params.Dynamics == hamiltonian }

// validateDynamics refuses parameters that contradict each other.
func (p Params) validateDynamics() error {
	in, err := integrate.ByName(p.Integrator)
	if err != nil {
		return err
	}
	_, explicit := in.(integrate.RungeKutta)
	switch {
	case p.Dynamics == hamiltonian:
		return p.validateFriction()
	case p.Friction != noFriction:
		return params.Errorf("dynamics=%s can lose energy as it is: set friction=none", p.Dynamics)
	case p.Architecture == "conv":
		return params.Errorf("dynamics=%s is a perceptron on a small latent: set architecture=dense", p.Dynamics)
	case p.Dynamics == "ode" && !explicit:
		return params.Errorf("dynamics=ode has no kicks and drifts for integrator=%s to alternate: set integrator=rk4", p.Integrator)
	case p.Dynamics == "recurrent" && p.Integrator != integrate.Euler.Name():
		return params.Errorf("dynamics=recurrent takes one whole step a frame: set integrator=euler")
	case p.Dynamics == "recurrent" && p.Anchor != "first":
		return params.Errorf("dynamics=recurrent goes forwards only: set anchor=first")
	}
	return nil
}

// wholeFrames tells whether a time, in intervals between frames, is a positive whole number of them.
func wholeFrames(x float64) bool { return x > 0.5 && math.Abs(x-math.Round(x)) < 1e-6 }
