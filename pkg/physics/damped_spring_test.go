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
