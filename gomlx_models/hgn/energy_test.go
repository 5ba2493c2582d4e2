package hgn

import (
	"testing"

	"hgn.local/gomlx_models/video"
)

// Where K is even, a reversed video obeys the same H: from (q, -p) forwards the motion is that from
// (q, p) backwards, with p negated. A K without that symmetry breaks it.
func TestTimeReversal(t *testing.T) {
	for kinetic, symmetric := range map[string]bool{"quadratic": true, "even": true, "mlp": false} {
		t.Run(kinetic, func(t *testing.T) {
			const steps = 12
			p := tiny()
			p.Kinetic = kinetic
			m := newModel(t, p, tinyVideo)
			s := randomStates(1, 5, 2)
			backward, err := m.Rollout(s, -m.Video.Dt, steps)
			ok(t, err)
			forward, err := m.Rollout(video.States{N: s.N, D: s.D, Q: s.Q, P: negated(s.P)}, m.Video.Dt, steps)
			ok(t, err)
			far := 0.0
			for i := range forward {
				far = max(far, distance(forward[i].Q, backward[i].Q), distance(negated(forward[i].P), backward[i].P))
			}
			if symmetric && far > 1e-5 {
				t.Errorf("the mirrored motion differs by %.2g of its size", far)
			}
			if !symmetric && far < 1e-3 {
				t.Errorf("the mirrored motion differs by %.2g of its size only, without a symmetry", far)
			}
		})
	}
}

// The energies are those of the form: K is |p|²/2 for "quadratic", V has the period of the circles.
func TestEnergies(t *testing.T) {
	m := newModel(t, tiny(), tinyVideo) // "circle,line"
	s := randomStates(1, 4, 2)
	k, v, err := m.Energies(s)
	ok(t, err)
	for i := range k {
		_, p := s.At(i)
		near(t, "K", []float64{float64(k[i])}, []float64{float64(p[0]*p[0]+p[1]*p[1]) / 2}, 1e-5)
	}
	turned := video.NewStates(4, 2)
	copy(turned.Q, s.Q)
	for i := range 4 {
		turned.Q[2*i] += 2 * 3.14159265
	}
	_, again, err := m.Energies(turned)
	ok(t, err)
	near(t, "V after a whole turn", double(again), double(v), 1e-5)
	for i := range 4 {
		turned.Q[2*i+1] += 2
	}
	_, other, err := m.Energies(turned)
	ok(t, err)
	if distance(other, v) < 1e-3 {
		t.Error("V does not depend on the line's coordinate")
	}
}
