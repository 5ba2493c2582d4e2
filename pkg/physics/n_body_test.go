package physics

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// With exactly circular starts the bodies go round at the angular frequency v/r, all at the same distance.
func TestBodiesWithoutSpreadMoveOnACircle(t *testing.T) {
	for _, s := range []*NBodySystem{TwoBody(), ThreeBody()} {
		s.MomentumSpread, s.Mass, s.Gravity = 0, 0.7, 1.9
		r := rand.New(rand.NewPCG(1, 1))
		worst := 0.0
		for range 20 {
			q0, p0 := s.Sample(r)
			radius := math.Hypot(q0[0], q0[1])
			v2 := s.Gravity * s.Mass / (4 * radius)
			if s.Bodies == 3 {
				v2 = s.Gravity * s.Mass / (math.Sqrt(3) * radius)
			}
			omega := math.Sqrt(v2) / radius // counter-clockwise
			q, p, err := Trajectory(s, q0, p0, paperDt, paperFrames)
			if err != nil {
				t.Fatal(err)
			}
			for frame := range q {
				sin, cos := math.Sincos(omega * paperDt * float64(frame))
				for k := 0; k < s.Dim(); k += 2 {
					x, y := cos*q0[k]-sin*q0[k+1], sin*q0[k]+cos*q0[k+1]
					worst = max(worst, math.Abs(q[frame][k]-x), math.Abs(q[frame][k+1]-y),
						math.Abs(p[frame][k]+s.Mass*omega*y), math.Abs(p[frame][k+1]-s.Mass*omega*x))
				}
			}
		}
		t.Logf("%s: largest error %.2g", s.Name(), worst)
		if worst > 1e-9 {
			t.Errorf("%s: off the circular orbit by %.2g, want 1e-9 or better", s.Name(), worst)
		}
	}
}

// A factor f on the circular momentum makes Kepler ellipses with the semi-major axis a = 2r/(2-f²) of the relative motion,
// the period 2π sqrt(a³/(2gm)), and the apocentre that Extent relies on. At f = 0.15 the pericentre is at 1% of the start.
func TestTwoBodiesFollowKepler(t *testing.T) {
	s := TwoBody()
	s.Mass, s.Gravity = 0.7, 1.9
	for _, f := range []float64{1.1, 1.3, 0.9, 0.15} {
		const r = 0.8
		p := f * s.circularMomentum(r)
		axis := 2 * r / (2 - f*f)
		period := 2 * math.Pi * math.Sqrt(axis*axis*axis/(2*s.Gravity*s.Mass))
		qs, ps, err := Trajectory(s, []float64{r, 0, -r, 0}, []float64{0, p, 0, -p}, period/2, 3)
		if err != nil {
			t.Fatal(err)
		}
		opposite := r * f * f / (2 - f*f) // the other end of the ellipse
		for i, want := range [][2]float64{{r, p}, {-opposite, -p * r / opposite}, {r, p}} {
			e := max(math.Abs(qs[i][0]-want[0]), math.Abs(qs[i][1]), math.Abs(ps[i][1]-want[1]), math.Abs(ps[i][0]))
			if e > 1e-8 {
				t.Errorf("f = %g: off by %.2g after %d half periods", f, e, i)
			}
		}
		if widest := opposite * s.RadiusMax / r; f == 1+s.MomentumSpread && widest > s.Extent()-3*s.Noise()-s.bodyRadius()+1e-12 {
			t.Errorf("the widest orbit reaches to %.3f, and the canvas of half width %.3f has no room for it", widest, s.Extent())
		}
	}
}

// What no dynamics of attracting bodies changes: the centre of mass, the total momentum, and the angular momentum;
// and the energy, to 1e-7 of itself even where bodies come close.
func TestBodiesConserveMomentumAngularMomentumAndEnergy(t *testing.T) {
	for _, s := range []*NBodySystem{TwoBody(), ThreeBody()} {
		r := rand.New(rand.NewPCG(2, 2))
		var centre, momentum, spin, energy float64
		for range 200 {
			q0, p0 := s.Sample(r)
			q, p, err := Trajectory(s, q0, p0, paperDt, paperFrames)
			if err != nil {
				t.Fatal(err)
			}
			l0, h0 := angularMomentum(q0, p0), s.Energy(q0, p0)
			if l0 <= 0 {
				t.Fatalf("%s starts clockwise: angular momentum %.3g", s.Name(), l0)
			}
			for i := range q {
				spin = max(spin, math.Abs(angularMomentum(q[i], p[i])-l0))
				energy = max(energy, math.Abs(s.Energy(q[i], p[i])/h0-1))
				for axis := range 2 {
					var sumQ, sumP float64
					for k := axis; k < s.Dim(); k += 2 {
						sumQ += q[i][k]
						sumP += p[i][k]
					}
					centre, momentum = max(centre, math.Abs(sumQ)), max(momentum, math.Abs(sumP))
				}
			}
		}
		t.Logf("%s: centre %.2g, momentum %.2g, angular momentum %.2g, energy %.2g", s.Name(), centre, momentum, spin, energy)
		if centre > 1e-12 || momentum > 1e-12 || spin > 1e-10 || energy > 1e-9 {
			t.Errorf("%s: the centre of mass moves by %.2g, the momentum changes by %.2g, the angular momentum by %.2g, the energy by %.2g of itself",
				s.Name(), centre, momentum, spin, energy)
		}
	}
}

func angularMomentum(q, p []float64) float64 {
	sum := 0.0
	for k := 0; k < len(q); k += 2 {
		sum += q[k]*p[k+1] - q[k+1]*p[k]
	}
	return sum
}

// Three bodies let go at rest on the corners of a triangle with the sides 3, 4 and 5 fall towards each other;
// the steps must become small enough in their encounters, the closest of which is at a hundredth of these distances.
func TestCloseEncountersAreResolved(t *testing.T) {
	s := ThreeBody()
	q0, p0 := []float64{1, 3, -2, -1, 1, -1}, make([]float64, 6)
	q, p, err := Trajectory(s, q0, p0, 0.005, 3000)
	if err != nil {
		t.Fatal(err)
	}
	drift, nearest := 0.0, 3.0
	for i := range q {
		drift = max(drift, math.Abs(s.Energy(q[i], p[i])/s.Energy(q0, p0)-1))
		for j := 2; j < 6; j += 2 {
			for k := 0; k < j; k += 2 {
				nearest = min(nearest, math.Hypot(q[i][j]-q[i][k], q[i][j+1]-q[i][k+1]))
			}
		}
	}
	t.Logf("energy drift %.2g, nearest approach %.2g", drift, nearest)
	if drift > 1e-7 || nearest > 0.03 {
		t.Errorf("the energy drifts by %.2g of itself, want 1e-7 or better, in encounters as near as %.2g, want 0.03", drift, nearest)
	}

	// Two bodies at rest collide, and no trajectory continues from there.
	two := TwoBody()
	if _, _, err := Trajectory(two, []float64{1, 0, -1, 0}, make([]float64, 4), 0.5, 20); err == nil || !strings.Contains(err.Error(), "two_body, between frames") {
		t.Errorf("a collision: got %v", err)
	}
}

// The starts: radius and orientation uniform, momenta at right angles to the positions for two bodies; the mean of the
// factors, whatever the centre of mass took away, has the mean 1 and the variance s²/(3n).
func TestBodiesStartOnNearlyCircularOrbits(t *testing.T) {
	for _, s := range []*NBodySystem{TwoBody(), ThreeBody()} {
		const n = 20000
		radii, angles := make([]float64, n), make([]float64, n)
		var sum, squares float64
		for i := range n {
			q, p := s.Sample(rand.New(rand.NewPCG(6, uint64(i))))
			radius := math.Hypot(q[0], q[1])
			radii[i] = (radius - s.RadiusMin) / (s.RadiusMax - s.RadiusMin)
			angles[i] = math.Atan2(q[1], q[0])/(2*math.Pi) + 0.5
			f := angularMomentum(q, p) / (float64(s.Bodies) * radius * s.circularMomentum(radius))
			if math.Abs(f-1) > s.MomentumSpread {
				t.Fatalf("%s: mean factor %.4f on the momenta", s.Name(), f)
			}
			sum += f / n
			squares += (f - 1) * (f - 1) / n
			if along := q[0]*p[0] + q[1]*p[1]; s.Bodies == 2 && math.Abs(along) > 1e-12 {
				t.Fatalf("a momentum of two bodies has the part %.2g along the line between them", along)
			}
		}
		for what, sample := range map[string][]float64{"radius": radii, "orientation": angles} {
			if distance, limit := kolmogorovSmirnov(sample), 1.95/math.Sqrt(n); distance > limit {
				t.Errorf("%s: the %s is not uniform: Kolmogorov-Smirnov distance %.4f, limit %.4f", s.Name(), what, distance, limit)
			}
		}
		want := s.MomentumSpread * s.MomentumSpread / (3 * float64(s.Bodies))
		if math.Abs(sum-1) > 4*math.Sqrt(want/n) || math.Abs(squares/want-1) > 0.05 {
			t.Errorf("%s: the momenta's mean factor has mean %.5f and variance %.3g, want 1 and %.3g", s.Name(), sum, squares, want)
		}
		if len(Coordinates(s)) != 2*(s.Bodies-1) {
			t.Errorf("%s: %d coordinates fix the configuration, want %d", s.Name(), len(Coordinates(s)), 2*(s.Bodies-1))
		}
	}
}

// At the closest approach in 30 frames the discs of two bodies do not cover each other's centre.
func TestBodiesCanBeToldApart(t *testing.T) {
	s := TwoBody()
	f2 := (1 - s.MomentumSpread) * (1 - s.MomentumSpread)
	if gap := 2 * s.RadiusMin * f2 / (2 - f2); gap < 1.5*s.bodyRadius() {
		t.Errorf("bodies of radius %.3f come as close as %.3f", s.bodyRadius(), gap)
	}
}

// Jacobi's coordinates are canonical: their Poisson brackets are those of positions and momenta.
func TestReducedCoordinatesAreCanonical(t *testing.T) {
	for _, s := range []*NBodySystem{TwoBody(), ThreeBody()} {
		q, p := s.Sample(rand.New(rand.NewPCG(1, 1)))
		d := s.Dim()
		r := len(s.Reduced())
		column := func(i int) []float64 { // derivative of (ρ, π) by coordinate i of (q, p); the map is linear
			a, b := slices.Clone(q), slices.Clone(p)
			if i < d {
				a[i]++
			} else {
				b[i-d]++
			}
			q0, p0 := s.Reduce(q, p)
			q1, p1 := s.Reduce(a, b)
			out := append(slices.Clone(q1), p1...)
			for k, x := range append(slices.Clone(q0), p0...) {
				out[k] -= x
			}
			return out
		}
		for a := range 2 * r {
			for b := range 2 * r {
				bracket := 0.0
				for i := range d {
					dq, dp := column(i), column(d+i)
					bracket += dq[a]*dp[b] - dp[a]*dq[b]
				}
				want := 0.0
				if b == a+r {
					want = 1
				} else if a == b+r {
					want = -1
				}
				if math.Abs(bracket-want) > 1e-12 {
					t.Errorf("%s: the bracket of coordinates %d and %d is %g, want %g", s.Name(), a, b, bracket, want)
				}
			}
		}
	}
}
