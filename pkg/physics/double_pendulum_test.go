package physics

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// odd are constants for which nothing cancels.
func odd() *DoublePendulumSystem {
	s := DoublePendulum()
	s.Mass1, s.Mass2, s.Length1, s.Length2, s.Gravity = 0.8, 0.3, 0.9, 1.4, 2.2
	return s
}

// The energy is that of two points that move as the discs do, in a field of gravity: Σ m |v|²/2 + m g y, less its value
// where both hang at rest. This takes nothing from the formula in angles but dq/dt.
func TestDoublePendulumEnergyIsThatOfItsBobs(t *testing.T) {
	s := odd()
	r := rand.New(rand.NewPCG(1, 1))
	rest := s.Disks([]float64{0, 0})
	dq, dp := make([]float64, 2), make([]float64, 2)
	for range 100 {
		q := []float64{3 * r.NormFloat64(), 3 * r.NormFloat64()}
		p := []float64{r.NormFloat64(), r.NormFloat64()}
		s.Derivative(q, p, dq, dp)
		const h = 1e-6
		before := s.Disks([]float64{q[0] - h*dq[0], q[1] - h*dq[1]})
		after := s.Disks([]float64{q[0] + h*dq[0], q[1] + h*dq[1]})
		energy, potential := 0.0, 0.0
		for i, m := range []float64{s.Mass1, s.Mass2} {
			vx, vy := (after[i].X-before[i].X)/(2*h), (after[i].Y-before[i].Y)/(2*h)
			potential += m * s.Gravity * (s.Disks(q)[i].Y - rest[i].Y)
			energy += m * (vx*vx + vy*vy) / 2
		}
		energy += potential
		if e := math.Abs(s.Energy(q, p)/energy - 1); e > 1e-7 {
			t.Errorf("q = %v, p = %v: H is %.9g, the bobs' energy %.9g", q, p, s.Energy(q, p), energy)
		}
		if e := math.Abs(s.Potential(q) - potential); e > 1e-12 {
			t.Errorf("q = %v: V is off by %.2g", q, e)
		}
	}
}

// Small swings are sums of two normal modes. With M = M(0) and K = diag of gravity's largest torques t₁, t₂, their
// frequencies solve det(K - ω² M) = 0 and their shapes (K - ω² M) a = 0; for equal bobs ω² = (2 ∓ √2) g/l, a = (1, ±√2).
func TestSmallSwingsOfTheDoublePendulumAreNormalModes(t *testing.T) {
	for _, s := range []*DoublePendulumSystem{DoublePendulum(), odd()} {
		m11 := (s.Mass1 + s.Mass2) * s.Length1 * s.Length1
		m12, m22 := s.Mass2*s.Length1*s.Length2, s.Mass2*s.Length2*s.Length2
		t1, t2 := (s.Mass1+s.Mass2)*s.Gravity*s.Length1, s.Mass2*s.Gravity*s.Length2
		a, b, c := m11*m22-m12*m12, -(t1*m22 + t2*m11), t1*t2
		for _, sign := range []float64{-1, 1} {
			omega2 := (-b + sign*math.Sqrt(b*b-4*a*c)) / (2 * a)
			if want := (2 + sign*math.Sqrt2) * s.Gravity / s.Length1; *s == *DoublePendulum() && math.Abs(omega2-want) > 1e-12 {
				t.Fatalf("ω² = %g, want %g", omega2, want)
			}
			const size = 1e-4
			shape := []float64{size, size * (t1 - omega2*m11) / (omega2 * m12)}
			q, _, err := Trajectory(s, shape, []float64{0, 0}, paperDt, paperFrames)
			if err != nil {
				t.Fatal(err)
			}
			for i := range q {
				cos := math.Cos(math.Sqrt(omega2) * paperDt * float64(i))
				if e := max(math.Abs(q[i][0]-shape[0]*cos), math.Abs(q[i][1]-shape[1]*cos)); e > 1e-6*size {
					t.Fatalf("mode ω² = %.4f: off by %.2g of the amplitude at frame %d", omega2, e/size, i)
				}
			}
		}
	}
}

// The energy holds to 1e-8 of itself even on swings that go over the top, and backward time retraces them.
func TestDoublePendulumConservesEnergyAndRunsBackward(t *testing.T) {
	s := odd()
	s.RadiusMin, s.RadiusMax = 2, 4
	r := rand.New(rand.NewPCG(2, 2))
	drift, reversal, over := 0.0, 0.0, 0
	for range 100 {
		q0, p0 := s.Sample(r)
		q, p, err := Trajectory(s, q0, p0, paperDt, paperFrames)
		if err != nil {
			t.Fatal(err)
		}
		for i := range q {
			drift = max(drift, math.Abs(s.Energy(q[i], p[i])/s.Energy(q0, p0)-1))
		}
		end := q[paperFrames-1]
		if math.Abs(end[1]-q0[1]) > 2*math.Pi {
			over++
		}
		// Reversing the momenta is the same as reversing time.
		qb, pb, err := Trajectory(s, end, []float64{-p[paperFrames-1][0], -p[paperFrames-1][1]}, paperDt, paperFrames)
		if err != nil {
			t.Fatal(err)
		}
		for k := range q0 {
			reversal = max(reversal, math.Abs(qb[paperFrames-1][k]-q0[k]), math.Abs(pb[paperFrames-1][k]+p0[k]))
		}
	}
	t.Logf("energy drift %.2g, reversal %.2g, %d of 100 over the top", drift, reversal, over)
	if drift > 1e-8 || reversal > 1e-6 || over < 10 {
		t.Errorf("the energy drifts by %.2g of itself, there and back is off by %.2g, %d of 100 went over the top", drift, reversal, over)
	}
}

// The start's distance from the origin is uniform, and so is its direction: on the sphere in four dimensions each
// coordinate's distribution function is that of (θ - sin θ cos θ)/π, θ its angle from the axis.
func TestDoublePendulumStartsAreUniformOnSpheres(t *testing.T) {
	s := DoublePendulum()
	const n = 20000
	radii := make([]float64, n)
	shares := [4][]float64{}
	for i := range n {
		q, p := s.Sample(rand.New(rand.NewPCG(6, uint64(i))))
		x := slices.Concat(q, p)
		radius := math.Sqrt(x[0]*x[0] + x[1]*x[1] + x[2]*x[2] + x[3]*x[3])
		radii[i] = (radius - s.RadiusMin) / (s.RadiusMax - s.RadiusMin)
		for k := range shares {
			theta := math.Acos(x[k] / radius)
			shares[k] = append(shares[k], (theta-math.Sin(theta)*math.Cos(theta))/math.Pi)
		}
	}
	for k, sample := range [][]float64{radii, shares[0], shares[1], shares[2], shares[3]} {
		if distance, limit := kolmogorovSmirnov(sample), 1.95/math.Sqrt(n); distance > limit {
			t.Errorf("sample %d (0: the radius) is not uniform: Kolmogorov-Smirnov distance %.4f, limit %.4f", k, distance, limit)
		}
	}
}
