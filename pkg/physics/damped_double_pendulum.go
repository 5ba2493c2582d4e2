package physics

// DampedDoublePendulumSystem is a double pendulum with friction, which removes momentum at the rate c:
//
//	dp/dt = -∂H/∂q - c p        dH/dt = -c pᵀ M(q)⁻¹ p
//
// so that phase-space volume shrinks everywhere as exp(-2ct). DeepMind's dm_hamiltonian_dynamics_suite brakes the
// angles instead, by the torques -0.05 dq/dt.
type DampedDoublePendulumSystem struct {
	DoublePendulumSystem
	Damping float64 `json:"damping" min:"0"` // c
}

// DampedDoublePendulum returns the double pendulum with c = 0.3, like the damped spring.
func DampedDoublePendulum() *DampedDoublePendulumSystem {
	return &DampedDoublePendulumSystem{DoublePendulumSystem: *DoublePendulum(), Damping: 0.3}
}

func (s *DampedDoublePendulumSystem) Name() string { return "damped_double_pendulum" }

func (s *DampedDoublePendulumSystem) Derivative(q, p, dq, dp []float64) {
	s.DoublePendulumSystem.Derivative(q, p, dq, dp)
	for k := range dp {
		dp[k] -= s.Damping * p[k]
	}
}

// Friction writes -c p.
func (s *DampedDoublePendulumSystem) Friction(q, p, force []float64) {
	for k := range force {
		force[k] = -s.Damping * p[k]
	}
}
