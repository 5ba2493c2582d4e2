package hgn

import (
	"testing"
)

// Training with a metric or a joint H reports what is left of its implicit equations: little for steps of the usual
// length, and much for long ones. Other trainings have none.
func TestResidualOfTraining(t *testing.T) {
	for _, c := range []struct {
		hamiltonian, integrator string
		dt                      float64
		reported, solved        bool
	}{{"metric", "leapfrog", 0.1, true, true}, {"metric", "leapfrog", 20, true, false}, {"metric", "rk4", 0.1, false, true}, {"separable", "leapfrog", 20, false, true}} {
		p, v := tiny(), tinyVideo
		p.LearningRate, p.WarmUp = 0.05, 0
		p.Hamiltonian, p.Integrator, v.Dt = c.hamiltonian, c.integrator, c.dt
		videos := noise(v, 4, 1)
		m := newModel(t, p, v)
		l, err := NewLearner(m, videos)
		ok(t, err)
		losses, err := l.Step(0)
		ok(t, err)
		for step := range 4 { // an untrained metric is flat
			losses, err = l.Step(step + 1)
			ok(t, err)
		}
		residual, reported := losses["residual"]
		if reported != c.reported || reported && (residual < 0 || (residual <= Solved) != c.solved) {
			t.Errorf("%s by %s with dt %g: residual %g, reported %t", c.hamiltonian, c.integrator, c.dt, residual, reported)
		}
		if !c.solved {
			continue
		}
		_, err = m.Rollout(randomStates(1, 2, m.latent.Dim()), v.Dt, 3)
		ok(t, err)
		if (m.Residual() > 0) != c.reported {
			t.Errorf("%s by %s: the residual of a rollout is %g", c.hamiltonian, c.integrator, m.Residual())
		}
	}
}
