package physics

// DampedPendulumSystem is a pendulum with friction in its pivot. Its energy is the pendulum's, but it is not
// conserved:
//
//	dq/dt = p/(m l²)        dp/dt = -f m g l sin q - c p        dH/dt = -c p²/(m l²)
//
// The friction of DeepMind's dm_hamiltonian_dynamics_suite is the torque -0.05 dq/dt, c = 0.1 with these masses and
// lengths.
type DampedPendulumSystem struct {
	PendulumSystem
	Damping float64 `json:"damping" min:"0"` // c, the rate at which friction removes momentum
}

// DampedPendulum returns the paper's pendulum with c = 0.3, like the damped spring.
func DampedPendulum() *DampedPendulumSystem {
	return &DampedPendulumSystem{PendulumSystem: *Pendulum(), Damping: 0.3}
}

func (s *DampedPendulumSystem) Name() string { return "damped_pendulum" }

func (s *DampedPendulumSystem) Derivative(q, p, dq, dp []float64) {
	s.PendulumSystem.Derivative(q, p, dq, dp)
	dp[0] -= s.Damping * p[0]
}

// Friction writes -c p.
func (s *DampedPendulumSystem) Friction(q, p, force []float64) { force[0] = -s.Damping * p[0] }
