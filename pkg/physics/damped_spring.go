package physics

// DampedSpringSystem is a mass on a spring with friction. Its energy is the spring's, but it is not conserved:
//
//	dq/dt = p/m        dp/dt = -k q - c p        dH/dt = -c p²/m
//
// The motion is q(t) = exp(-ct/2) (q₀ cos ωt + (p₀/m + c q₀/2)/ω sin ωt) with ω = sqrt(k/m - c²/4). No separable
// Hamiltonian that is regular at the point of rest has this motion. So this system, which is not among the paper's,
// is a control: a Hamiltonian model without friction must fail to fit it.
type DampedSpringSystem struct {
	MassSpringSystem
	Damping float64 `json:"damping" min:"0"` // c, the rate at which friction removes momentum
}

// DampedSpring returns the paper's mass on a spring with c = 0.3, which removes two thirds of the energy within 30
// frames.
func DampedSpring() *DampedSpringSystem {
	return &DampedSpringSystem{MassSpringSystem: *MassSpring(), Damping: 0.3}
}

func (s *DampedSpringSystem) Name() string { return "damped_spring" }

func (s *DampedSpringSystem) Derivative(q, p, dq, dp []float64) {
	s.MassSpringSystem.Derivative(q, p, dq, dp)
	dp[0] -= s.Damping * p[0]
}

// Friction writes -c p.
func (s *DampedSpringSystem) Friction(q, p, force []float64) { force[0] = -s.Damping * p[0] }

// FrictionRate returns c.
func (s *DampedSpringSystem) FrictionRate() float64 { return s.Damping }
