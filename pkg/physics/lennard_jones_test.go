package physics

import (
	"math"
	"math/rand/v2"
	"testing"
)

// A square of atoms with the side a that breathes stays a square. With φ the energy of a pair, V(a) = 4 φ(a) + 2 φ(√2 a) +
// κ a², and as every atom moves with ȧ/√2, a swings about the minimum of V with ω² = V″/(2m).
func TestAtomsBreathe(t *testing.T) {
	s := LennardJones()
	s.Mass, s.Depth, s.Diameter, s.Bowl = 0.7, 1.3, 1.1, 0.9 // constants for which nothing cancels
	pair := func(r float64) float64 {
		u := math.Pow(s.Diameter/r, 6)
		return 4 * s.Depth * (u*u - u)
	}
	energy := func(a float64) float64 { return 4*pair(a) + 2*pair(math.Sqrt2*a) + s.Bowl*a*a }
	const h = 1e-4
	side := s.Diameter
	curvature := 0.0
	for range 50 { // Newton's iteration
		curvature = (energy(side+h) - 2*energy(side) + energy(side-h)) / (h * h)
		side -= (energy(side+h) - energy(side-h)) / (2 * h) / curvature
	}
	square := func(a float64) []float64 {
		return []float64{a / 2, a / 2, -a / 2, a / 2, -a / 2, -a / 2, a / 2, -a / 2}
	}
	if e := math.Abs(s.Potential(square(1.2)) - energy(1.2)); e > 1e-13 {
		t.Fatalf("V of a square is off by %.2g", e)
	}
	const size = 1e-4
	omega := math.Sqrt(curvature / (2 * s.Mass))
	q, _, err := Trajectory(s, square(side+size), make([]float64, 8), 0.02, 60)
	if err != nil {
		t.Fatal(err)
	}
	for i := range q {
		want := square(side + size*math.Cos(omega*0.02*float64(i)))
		for k := range want {
			if e := math.Abs(q[i][k] - want[k]); e > 0.01*size {
				t.Fatalf("coordinate %d is off by %.2g of the amplitude at frame %d", k, e/size, i)
			}
		}
	}
	if turns := omega * 0.02 * 59 / (2 * math.Pi); turns < 1 {
		t.Errorf("the square breathes %.2f times only", turns)
	}
}

// The centre of mass rests at the origin, and the angular momentum stays.
func TestAtomsConserveMomentumAndAngularMomentum(t *testing.T) {
	s := LennardJones()
	r := rand.New(rand.NewPCG(2, 2))
	still, spin, temperature := 0.0, 0.0, 0.0
	const starts = 50
	for range starts {
		q0, p0 := s.Sample(r)
		q, p, err := Trajectory(s, q0, p0, paperDt, paperFrames)
		if err != nil {
			t.Fatal(err)
		}
		for i := range q {
			temperature += s.Kinetic(p[i]) / (atoms - 1) / starts / paperFrames
			spin = max(spin, math.Abs(angularMomentum(q[i], p[i])-angularMomentum(q0, p0)))
			for axis := range 2 {
				var sumQ, sumP float64
				for k := axis; k < s.Dim(); k += 2 {
					sumQ, sumP = sumQ+q[i][k], sumP+p[i][k]
				}
				still = max(still, math.Abs(sumQ), math.Abs(sumP))
			}
		}
	}
	if still > 1e-12 || spin > 1e-10 {
		t.Errorf("the centre of mass moves by %.2g, the angular momentum changes by %.2g", still, spin)
	}
	if math.Abs(temperature-0.5) > 0.1 {
		t.Errorf("the temperature is %.3f, want about 0.5", temperature)
	}
}

// At the start no two atoms overlap, no direction and no atom is preferred, and the momentum is in its range.
func TestAtomsStartApart(t *testing.T) {
	s := LennardJones()
	const n = 5000
	angles := make([]float64, n)
	var square [atoms]float64
	fastest := 0.0
	for i := range n {
		q, p := s.Sample(rand.New(rand.NewPCG(6, uint64(i))))
		for j := 2; j < len(q); j += 2 {
			for k := 0; k < j; k += 2 {
				if r := math.Hypot(q[j]-q[k], q[j+1]-q[k+1]); r < s.Diameter-1e-12 || r > 2*startRadius*s.Diameter {
					t.Fatalf("two atoms start at the distance %g", r)
				}
			}
		}
		for k := range square {
			square[k] += (q[2*k]*q[2*k] + q[2*k+1]*q[2*k+1]) / n
		}
		angles[i] = math.Atan2(q[1], q[0])/(2*math.Pi) + 0.5
		fastest = max(fastest, math.Sqrt(dot(p, p)))
	}
	if distance, limit := kolmogorovSmirnov(angles), 1.95/math.Sqrt(n); distance > limit {
		t.Errorf("the direction of the first atom is not uniform: Kolmogorov-Smirnov distance %.4f, limit %.4f", distance, limit)
	}
	for k := range square {
		if math.Abs(square[k]/square[0]-1) > 0.05 {
			t.Errorf("atom %d starts at the mean square distance %.3f, the first one at %.3f", k, square[k], square[0])
		}
	}
	if fastest > s.MomentumMax || fastest < 0.9*s.MomentumMax {
		t.Errorf("the largest momentum at the start is %.3f, the range goes to %g", fastest, s.MomentumMax)
	}
}
