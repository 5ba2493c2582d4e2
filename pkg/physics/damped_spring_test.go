package physics

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The damped motion in closed form, forward and backward in time, and the energy that friction takes.
func TestDampedSpringFollowsItsClosedForm(t *testing.T) {
	s := DampedSpring()
	s.Stiffness, s.Mass = 3, 0.7 // constants for which nothing cancels
	c := s.Damping
	omega := math.Sqrt(s.Stiffness/s.Mass - c*c/4)
	r := rand.New(rand.NewPCG(1, 1))
	worst := 0.0
	for range 50 {
		q0, p0 := s.Sample(r)
		a, b := q0[0], (p0[0]/s.Mass+c*q0[0]/2)/omega
		for _, dt := range []float64{paperDt, -paperDt} {
			q, p, err := Trajectory(s, q0, p0, dt, paperFrames)
			if err != nil {
				t.Fatal(err)
			}
			for i := range q {
				time := dt * float64(i)
				sin, cos := math.Sincos(omega * time)
				decay := math.Exp(-c * time / 2)
				x := decay * (a*cos + b*sin)
				v := decay*omega*(b*cos-a*sin) - c/2*x
				worst = max(worst, math.Abs(q[i][0]-x), math.Abs(p[i][0]-s.Mass*v))
				if i > 0 && dt > 0 && s.Energy(q[i], p[i]) >= s.Energy(q[i-1], p[i-1]) {
					t.Fatalf("the energy rises from %g to %g", s.Energy(q[i-1], p[i-1]), s.Energy(q[i], p[i]))
				}
			}
		}
	}
	t.Logf("largest error %.2g", worst)
	if worst > 1e-9 {
		t.Errorf("largest error %.2g, want 1e-9 or better", worst)
	}
}

// Without friction it is the mass on a spring; with it, the paper's 30 frames see about a third of the energy left.
func TestDampingIsWhatMakesTheDifference(t *testing.T) {
	free := DampedSpring()
	free.Damping = 0
	damped := DampedSpring()
	r := rand.New(rand.NewPCG(2, 2))
	left := 0.0
	const n = 200
	for range n {
		q0, p0 := free.Sample(r)
		want, _, _ := Trajectory(MassSpring(), q0, p0, paperDt, paperFrames)
		got, _, err := Trajectory(free, q0, p0, paperDt, paperFrames)
		if err != nil {
			t.Fatal(err)
		}
		for i := range got {
			if got[i][0] != want[i][0] {
				t.Fatalf("without friction, frame %d is at %g instead of %g", i, got[i][0], want[i][0])
			}
		}
		q, p, err := Trajectory(damped, q0, p0, paperDt, paperFrames)
		if err != nil {
			t.Fatal(err)
		}
		left += damped.Energy(q[paperFrames-1], p[paperFrames-1]) / damped.Energy(q0, p0) / n
	}
	if want := math.Exp(-damped.Damping * paperDt * (paperFrames - 1)); math.Abs(left/want-1) > 0.1 {
		t.Errorf("%.3f of the energy is left after 30 frames, want about %.3f", left, want)
	}
}

// Friction takes energy from every system that has it, and nothing else does: with no damping the energy stays. In a system
// of d degrees of freedom phase-space volume, here the divergence of the motion, shrinks at the rate d c.
func TestFrictionTakesEnergyAndVolume(t *testing.T) {
	for _, name := range Names() {
		s, _ := ByName(name)
		lossy, ok := s.(Dissipative)
		if !ok {
			continue
		}
		r := rand.New(rand.NewPCG(3, 3))
		d := s.Dim()
		dq, dp, force, up, down := make([]float64, d), make([]float64, d), make([]float64, d), make([]float64, d), make([]float64, d)
		for range 30 {
			q0, p0 := s.Sample(r)
			q, p, err := Trajectory(s, q0, p0, paperDt, paperFrames)
			if err != nil {
				t.Fatal(err)
			}
			for i := 1; i < len(q); i++ {
				if s.Energy(q[i], p[i]) >= s.Energy(q[i-1], p[i-1]) {
					t.Fatalf("%s: the energy rises from %g to %g", name, s.Energy(q[i-1], p[i-1]), s.Energy(q[i], p[i]))
				}
			}
			s.Derivative(q0, p0, dq, dp)
			lossy.Friction(q0, p0, force)
			power, divergence := 0.0, 0.0
			for k := range d {
				power += dq[k] * force[k]
				for _, x := range []*float64{&q0[k], &p0[k]} {
					const h = 1e-5
					keep, out := *x, dq
					if x == &p0[k] {
						out = dp
					}
					*x = keep + h
					s.Derivative(q0, p0, dq, dp)
					up[k] = out[k]
					*x = keep - h
					s.Derivative(q0, p0, dq, dp)
					down[k] = out[k]
					*x = keep
					divergence += (up[k] - down[k]) / (2 * h)
				}
			}
			if power >= 0 {
				t.Fatalf("%s: friction gives the power %g", name, power)
			}
			if want := -0.3 * float64(d); math.Abs(divergence-want) > 1e-8 {
				t.Fatalf("%s: volume changes at the rate %g, want %g", name, divergence, want)
			}
		}
	}
}
