package physics

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"hgn.local/pkg/badinput"
)

// Derivative must be the symplectic gradient of Energy: dq/dt = ∂H/∂p, dp/dt = -∂H/∂q (plus friction), here by differences of fourth order.
func TestDerivativeIsTheSymplecticGradientOfEnergy(t *testing.T) {
	for _, name := range Names() {
		s, _ := ByName(name)
		r := rand.New(rand.NewPCG(3, 3))
		d := s.Dim()
		dq, dp, friction := make([]float64, d), make([]float64, d), make([]float64, d)
		for range 100 {
			q, p := s.Sample(r)
			s.Derivative(q, p, dq, dp)
			if lossy, ok := s.(Dissipative); ok {
				lossy.Friction(q, p, friction)
			}
			slope := func(x []float64, k int) float64 {
				const h = 1e-4
				keep := x[k]
				defer func() { x[k] = keep }()
				across := func(h float64) float64 {
					x[k] = keep + h
					up := s.Energy(q, p)
					x[k] = keep - h
					return (up - s.Energy(q, p)) / (2 * h)
				}
				return (4*across(h) - across(2*h)) / 3
			}
			for k := range d {
				if e := math.Abs(dq[k] - slope(p, k)); e > 1e-8 {
					t.Fatalf("%s at q = %v, p = %v: dq/dt differs from ∂H/∂p by %.2g", name, q, p, e)
				}
				if e := math.Abs(dp[k] - friction[k] + slope(q, k)); e > 1e-8 {
					t.Fatalf("%s at q = %v, p = %v: dp/dt differs from friction - ∂H/∂q by %.2g", name, q, p, e)
				}
			}
		}
	}
}

func TestEverySystemDescribesItself(t *testing.T) {
	named := map[string]bool{}
	for _, name := range Names() {
		s, err := ByName(name)
		if err != nil || s.Name() != name {
			t.Fatalf("ByName(%q) = %v, %v", name, s, err)
		}
		if named[name] {
			t.Errorf("two systems are called %s", name)
		}
		named[name] = true
		q, p := s.Sample(rand.New(rand.NewPCG(4, 4)))
		if len(q) != s.Dim() || len(p) != s.Dim() || len(s.Topology()) != s.Dim() {
			t.Errorf("%s has %d degrees of freedom, but samples %d and %d and describes %d", name, s.Dim(), len(q), len(p), len(s.Topology()))
		}
		for k, topology := range s.Topology() {
			seen := s.Disks(q)
			q[k] += 2 * math.Pi
			turned := s.Disks(q)
			q[k] -= 2 * math.Pi
			same := true
			for i := range seen {
				same = same && math.Hypot(seen[i].X-turned[i].X, seen[i].Y-turned[i].Y) < 1e-12
			}
			if (topology == Circle) != same {
				t.Errorf("%s: coordinate %d is a %s, but a full turn of it shows the same picture: %v", name, k, topology, same)
			}
		}
		if sep, ok := s.(Separable); ok {
			if e := math.Abs(sep.Kinetic(p) + sep.Potential(q) - s.Energy(q, p)); e > 1e-14 {
				t.Errorf("%s: K + V differs from H by %.2g", name, e)
			}
		}
	}
	if _, err := ByName("pendulun"); !badinput.Is(err) || !strings.Contains(err.Error(), "mass_spring") {
		t.Errorf("a misspelt system: got %v", err)
	}
}

// Discs stay on the canvas over whole trajectories, noise of three standard deviations included.
func TestDisksStayOnTheCanvas(t *testing.T) {
	for _, name := range Names() {
		s, _ := ByName(name)
		if reach := farthest(t, s, 1000, paperDt); reach > s.Extent()+1e-12 {
			t.Errorf("%s: a disc reaches to %.3f on a canvas of half width %.3f", name, reach, s.Extent())
		}
	}
}

// farthest is how far discs reach along an axis in the paper's 30 frames, with noise of three standard deviations.
func farthest(t *testing.T, s System, starts int, dt float64) float64 {
	t.Helper()
	r := rand.New(rand.NewPCG(5, 5))
	reach := 0.0
	for range starts {
		q0, p0 := s.Sample(r)
		q, _, err := Trajectory(s, q0, p0, dt, paperFrames)
		if err != nil {
			t.Fatal(err)
		}
		for _, state := range q {
			for _, noise := range []float64{-3 * s.Noise(), 3 * s.Noise()} {
				moved := slices.Clone(state)
				for k := range moved {
					moved[k] += noise
				}
				for _, d := range s.Disks(moved) {
					reach = max(reach, math.Abs(d.X)+d.Radius, math.Abs(d.Y)+d.Radius)
				}
			}
		}
	}
	return reach
}

// The start's distance from the origin is uniform in the paper's range, and its direction uniform on the circle;
// a normalised square would put too many starts on the diagonals. Kolmogorov-Smirnov tests, 0.1% level.
func TestSamplesAreUniformInRadiusAndAngle(t *testing.T) {
	for _, c := range []struct {
		s        System
		min, max float64
	}{{MassSpring(), 0.1, 1}, {Pendulum(), 1.3, 2.3}, {DampedSpring(), 0.1, 1}, {DampedPendulum(), 1.3, 2.3}} {
		const n = 20000
		radii, angles, diagonals := make([]float64, n), make([]float64, n), make([]float64, n)
		for i := range n {
			q, p := c.s.Sample(rand.New(rand.NewPCG(6, uint64(i)))) // neighbouring streams, as a data set uses them
			angle := math.Atan2(p[0], q[0])/(2*math.Pi) + 0.5
			radii[i] = (math.Hypot(q[0], p[0]) - c.min) / (c.max - c.min)
			angles[i] = angle
			diagonals[i] = math.Mod(4*angle, 1)
		}
		for what, sample := range map[string][]float64{"radius": radii, "angle": angles, "angle within its quadrant": diagonals} {
			if lo, hi := slices.Min(sample), slices.Max(sample); lo < -1e-12 || hi > 1+1e-12 {
				t.Errorf("%s: the %s leaves its range: %.4f to %.4f of it", c.s.Name(), what, lo, hi)
			}
			if distance, limit := kolmogorovSmirnov(sample), 1.95/math.Sqrt(n); distance > limit {
				t.Errorf("%s: the %s is not uniform: Kolmogorov-Smirnov distance %.4f, limit %.4f", c.s.Name(), what, distance, limit)
			}
		}
		// Neighbouring streams are independent.
		correlation := 0.0
		for i := 1; i < n; i++ {
			correlation += math.Cos(2*math.Pi*(angles[i]-angles[i-1])) * 2 / n
		}
		if limit := 4 * math.Sqrt(2.0/n); math.Abs(correlation) > limit {
			t.Errorf("%s: starts of neighbouring streams are correlated: %.4f, limit %.4f", c.s.Name(), correlation, limit)
		}
	}
}

// kolmogorovSmirnov is the largest distance between the sample's distribution function and that of [0, 1].
func kolmogorovSmirnov(sample []float64) float64 {
	sorted := slices.Sorted(slices.Values(sample))
	distance := 0.0
	for i, x := range sorted {
		n := float64(len(sorted))
		distance = max(distance, x-float64(i)/n, float64(i+1)/n-x)
	}
	return distance
}
