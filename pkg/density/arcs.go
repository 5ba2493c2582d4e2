package density

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/integrate/quad"

	"hgn.local/kernels_xla/scalar"
	"hgn.local/pkg/badinput"
)

// Arcs is a distribution of points spread evenly along circular arcs, with Gaussian noise of one standard deviation
// in both coordinates.
//
// In polar coordinates (r, φ) around the centre of an arc of radius R that spans the angles A,
//
//	p(r, φ) = 1/(2πσ²) exp(-(r-R)²/2σ²) · 1/|A| ∫_A exp(-κ(1 - cos(t-φ))) dt,   κ = rR/σ²
//
// Gauss-Legendre quadrature computes this one-dimensional integral to near rounding. Where neither end of an arc is near, it is
// that over the whole circle, a Bessel function, of which the asymptotic series is 18 times as fast.
type Arcs struct {
	name          string
	arcs          []arc
	sigma         float64
	nodes, weight []float64 // of the quadrature, on [0, 1]
}

// arc is a full circle, or its half above its centre (up = 1) or below it (up = -1).
type arc struct {
	x, y, radius, up float64
	full             bool
}

// TwoMoons returns two half circles of radius 2 that interlock around the origin, with noise of standard deviation
// 0.2.
func TwoMoons() *Arcs {
	return newArcs("two_moons", 0.2, arc{x: -1, y: -0.5, radius: 2, up: 1}, arc{x: 1, y: 0.5, radius: 2, up: -1})
}

// Rings returns n concentric circles of radii 3/n, 6/n, ... 3, each with an equal share of the points, and noise of
// standard deviation 0.1.
func Rings(n int) (*Arcs, error) {
	if n < 1 {
		return nil, badinput.Errorf("%d rings do not exist: ask for at least 1", n)
	}
	name := "rings"
	if n != 4 {
		name += fmt.Sprint(n)
	}
	circles := make([]arc, n)
	for i := range circles {
		circles[i] = arc{radius: 3 * float64(i+1) / float64(n), full: true}
	}
	return newArcs(name, 0.1, circles...), nil
}

func newArcs(name string, sigma float64, arcs ...arc) *Arcs {
	const nodes = 24 // for an integrand between exp(-36 s) and exp(-36 s²) on [0, 1]: a relative error of 1e-12
	a := &Arcs{name: name, arcs: arcs, sigma: sigma, nodes: make([]float64, nodes), weight: make([]float64, nodes)}
	quad.Legendre{}.FixedLocations(a.nodes, a.weight, 0, 1)
	return a
}

// Name implements Target.
func (a *Arcs) Name() string { return a.name }

// Dim implements Target.
func (a *Arcs) Dim() int { return 2 }

// Sample implements Target.
func (a *Arcs) Sample(r *rand.Rand, n int) []float64 {
	out := make([]float64, 0, 2*n)
	for range n {
		c := a.arcs[r.IntN(len(a.arcs))]
		t := math.Pi * r.Float64()
		if c.full {
			t *= 2
		} else if c.up < 0 {
			t = -t
		}
		sin, cos := math.Sincos(t)
		out = append(out, c.x+c.radius*cos+a.sigma*r.NormFloat64(), c.y+c.radius*sin+a.sigma*r.NormFloat64())
	}
	return out
}

// LogDensity implements Exact.
func (a *Arcs) LogDensity(x []float64) float64 {
	atLength(x, 2)
	var room [16]float64
	terms, top := room[:0], math.Inf(-1)
	for _, c := range a.arcs {
		dx, dy := x[0]-c.x, x[1]-c.y
		r := math.Hypot(dx, dy)
		off := (r - c.radius) / a.sigma
		kappa := r / a.sigma * c.radius / a.sigma
		if math.IsInf(off*off, 0) || math.IsInf(kappa, 0) || -off*off/2 < top-40 {
			continue // farther than float64 can represent, or too far to count beside another arc
		}
		var spread float64 // log of the mean over the arc
		if c.full {
			spread = a.along(kappa, 0, math.Pi) - math.Log(math.Pi)
		} else {
			// The picture is turned so that the arc spans [0, π]. The integrand is even around the point's angle φ and
			// around φ+π.
			if φ := math.Atan2(c.up*dy, dx); φ >= 0 { // the arc on both sides of φ
				spread = scalar.LogSumExp([]float64{a.along(kappa, 0, φ), a.along(kappa, 0, math.Pi-φ)})
			} else { // opposite the arc: from each of its ends to φ+π
				spread = scalar.LogSumExp([]float64{a.along(kappa, -φ, math.Pi), a.along(kappa, math.Pi+φ, math.Pi)})
			}
			spread -= math.Log(math.Pi)
		}
		terms = append(terms, spread-off*off/2)
		top = math.Max(top, spread-off*off/2)
	}
	if len(terms) == 0 {
		return math.Inf(-1)
	}
	return scalar.LogSumExp(terms) - math.Log(2*math.Pi*a.sigma*a.sigma*float64(len(a.arcs)))
}

// along returns log ∫ exp(-κ(1 - cos δ)) dδ from a to b, 0 ≤ a ≤ b ≤ π, where the integrand falls. It ignores the
// part of the integrand below e⁻³⁶ of its start.
func (a *Arcs) along(kappa, from, to float64) float64 {
	start := 2 * math.Pow(math.Sin(from/2), 2) // 1 - cos δ
	if s := start + 36/kappa; s < 2 {
		end := 2 * math.Asin(math.Sqrt(s/2))
		if from == 0 && end <= to && kappa >= seriesFrom {
			return alongHalf(kappa)
		}
		to = math.Min(to, end)
	}
	if !(to > from) {
		return math.Inf(-1)
	}
	sum := 0.0
	for i, node := range a.nodes {
		half := math.Sin((from + node*(to-from)) / 2)
		sum += a.weight[i] * scalar.Exp(-kappa*(2*half*half-start))
	}
	return math.Log(sum*(to-from)) - kappa*start
}

// seriesFrom is the least argument from which on alongHalf is right to rounding.
const seriesFrom = 40

// alongHalf returns log ∫ exp(-κ(1 - cos δ)) dδ from 0 to π, which is log(π e^-κ I₀(κ)), for κ ≥ seriesFrom, by the first terms of
// Hankel's expansion (NIST Digital Library of Mathematical Functions, 10.40.1).
func alongHalf(kappa float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; k <= 16 && term > 1e-17; k++ {
		term *= (2*k - 1) * (2*k - 1) / (8 * k * kappa)
		sum += term
	}
	return math.Log(sum) + math.Log(math.Pi/(2*kappa))/2
}
