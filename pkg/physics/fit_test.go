package physics

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The state of a spring from noisy positions errs as the linear theory says: the covariance of (q, p) is σ² (JᵀJ)⁻¹, with the
// rows (cos ωt, sin ωt/mω) of J.
func TestFitErrsAsLittleAsItCan(t *testing.T) {
	s := MassSpring()
	const sigma, dt, frames, n = 0.1, 0.125, 30, 400
	var jj [2][2]float64
	unitQ, _, err := Trajectory(s, []float64{1}, []float64{0}, dt, frames)
	if err != nil {
		t.Fatal(err)
	}
	unitP, _, err := Trajectory(s, []float64{0}, []float64{1}, dt, frames)
	if err != nil {
		t.Fatal(err)
	}
	for k := range frames {
		row := [2]float64{unitQ[k][0], unitP[k][0]}
		for i := range 2 {
			for j := range 2 {
				jj[i][j] += row[i] * row[j]
			}
		}
	}
	want := sigma * sigma * jj[1][1] / (jj[0][0]*jj[1][1] - jj[0][1]*jj[1][0])
	r := rand.New(rand.NewPCG(1, 1))
	mean := 0.0
	for range n {
		q0, p0 := s.Sample(r)
		path, _, err := Trajectory(s, q0, p0, dt, frames)
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range path {
			q[0] += sigma * r.NormFloat64()
		}
		q, _, err := Fit(s, path, dt, q0, p0)
		if err != nil {
			t.Fatal(err)
		}
		mean += (q[0] - q0[0]) * (q[0] - q0[0]) / n
	}
	if math.Abs(mean/want-1) > 0.25 { // 3.5 standard errors of a variance of 400
		t.Errorf("the squared error of q is %g, and %g in theory", mean, want)
	}
}

// From exact positions the state is found again, also from a start nearby, and also with friction.
func TestFitOfExactPositions(t *testing.T) {
	for _, name := range []string{"pendulum", "two_body", "damped_spring", "double_pendulum"} {
		s, err := ByName(name)
		if err != nil {
			t.Fatal(err)
		}
		q0, p0 := s.Sample(rand.New(rand.NewPCG(3, 4)))
		path, _, err := Trajectory(s, q0, p0, 0.125, 20)
		if err != nil {
			t.Fatal(err)
		}
		near := append([]float64(nil), q0...)
		near[0] += 0.02
		q, p, err := Fit(s, path, 0.125, near, p0)
		if err != nil {
			t.Fatal(err)
		}
		for k := range q {
			if math.Abs(q[k]-q0[k]) > 1e-4 || math.Abs(p[k]-p0[k]) > 1e-4 {
				t.Errorf("%s: q = %v, p = %v, want %v and %v", name, q, p, q0, p0)
				break
			}
		}
	}
	if _, _, err := Fit(MassSpring(), [][]float64{{1}}, 0.125, []float64{1}, []float64{0}); err == nil {
		t.Error("a state was fitted to one position")
	}
}
