package density

import (
	"fmt"
	"math"
	"math/rand/v2"

	"hgn.local/kernels_xla/scalar"
	"hgn.local/pkg/badinput"
)

// Pinwheel is a ring of Gaussian arms, longer than wide, bent by a swirl: it turns the point at the distance ρ from
// the origin by the angle exp(ρ/2)/4. A swirl by an angle that depends on ρ only preserves area, hence
//
//	p(x) = p_arms(swirl⁻¹(x))
//
// exactly. (The usual pinwheel turns by the coordinate along the arm instead of ρ, which differs little and has no
// inverse.)
type Pinwheel struct {
	name string
	arms *Mixture
}

// NewPinwheel returns a pinwheel with n arms at the distance 2, of standard deviation 0.6 along and 0.2 across.
func NewPinwheel(n int) (*Pinwheel, error) {
	const distance, along, across = 2, 0.6, 0.2
	if n < 1 {
		return nil, badinput.Errorf("a pinwheel of %d arms does not exist: ask for at least 1", n)
	}
	arms := make([]*Gaussian, n)
	for i := range arms {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		mixed := (along*along - across*across) * sin * cos
		g, err := NewGaussianCovariance([]float64{distance * cos, distance * sin}, []float64{
			along*along*cos*cos + across*across*sin*sin, mixed,
			mixed, along*along*sin*sin + across*across*cos*cos,
		})
		if err != nil {
			return nil, err
		}
		arms[i] = g
	}
	mixture, err := NewMixture(nil, arms...)
	if err != nil {
		return nil, err
	}
	name := "pinwheel"
	if n != 5 {
		name += fmt.Sprint(n)
	}
	return &Pinwheel{name, mixture}, nil
}

// swirl turns a point by sign · exp(ρ/2)/4; the opposite sign inverts it.
func swirl(x, y, sign float64) (float64, float64) {
	sin, cos := math.Sincos(sign * scalar.Exp(math.Hypot(x, y)/2) / 4)
	return cos*x - sin*y, sin*x + cos*y
}

// Name implements Target.
func (p *Pinwheel) Name() string { return p.name }

// Dim implements Target.
func (p *Pinwheel) Dim() int { return 2 }

// Sample implements Target.
func (p *Pinwheel) Sample(r *rand.Rand, n int) []float64 {
	out := p.arms.Sample(r, n)
	for i := 0; i < len(out); i += 2 {
		out[i], out[i+1] = swirl(out[i], out[i+1], 1)
	}
	return out
}

// LogDensity implements Exact.
func (p *Pinwheel) LogDensity(x []float64) float64 {
	atLength(x, 2)
	if math.Hypot(x[0], x[1]) > 100 { // the swirl's angle exceeds float64, and the density is below exp(-13000)
		return math.Inf(-1)
	}
	u, v := swirl(x[0], x[1], -1)
	return p.arms.LogDensity([]float64{u, v})
}
