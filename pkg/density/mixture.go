package density

import (
	"fmt"
	"math"
	"math/rand/v2"

	"hgn.local/kernels_xla/scalar"
	"hgn.local/pkg/badinput"
)

// Mixture is the density Σ_k w_k N(mean_k, C_k), in any dimension.
type Mixture struct {
	name       string
	components []*Gaussian
	weights    []float64 // sum 1
	logWeights []float64
	pick       choice
}

// NewMixture mixes Gaussians of one dimension. The weights are positive and need not sum to 1; nil means equal
// weights.
func NewMixture(weights []float64, components ...*Gaussian) (*Mixture, error) {
	if len(components) == 0 {
		return nil, badinput.Errorf("a mixture has no components: give it at least one Gaussian")
	}
	if weights == nil {
		weights = make([]float64, len(components))
		for i := range weights {
			weights[i] = 1
		}
	}
	if len(weights) != len(components) {
		return nil, badinput.Errorf("a mixture of %d Gaussians has %d weights: give one for each", len(components), len(weights))
	}
	m := &Mixture{name: "mixture", components: components, logWeights: make([]float64, len(components))}
	for k, w := range weights {
		if !(w > 0) || math.IsInf(w, 0) {
			return nil, badinput.Errorf("weight %d of a mixture is %v: give a positive number", k, w)
		}
		if got, want := components[k].Dim(), components[0].Dim(); got != want {
			return nil, badinput.Errorf("a mixture has components of %d and %d coordinates: give all the same", want, got)
		}
	}
	m.pick, m.weights = newChoice(weights)
	for k, w := range m.weights {
		m.logWeights[k] = math.Log(w)
	}
	return m, nil
}

// Gaussians returns the mixture of k equal Gaussians in R^d whose neighbours are seven standard deviations apart: on
// a circle in the first two coordinates (for k = 4 the corners of a square), or along the line if d = 1. Their
// standard deviation is 0.4, and their means are zero in further coordinates.
func Gaussians(k, d int) (*Mixture, error) {
	const scale, apart = 0.4, 7 * 0.4
	if k < 1 || d < 1 {
		return nil, badinput.Errorf("a mixture of %d Gaussians in %d dimensions does not exist: both must be at least 1", k, d)
	}
	m, err := onCircle(k, d, scale, apart)
	if err != nil {
		return nil, err
	}
	m.name = fmt.Sprintf("gaussians%d", k)
	if d != 2 {
		m.name += fmt.Sprintf("x%d", d)
	}
	return m, nil
}

// EightGaussians returns eight Gaussians on a circle of radius 4/√2, with standard deviation 0.5/√2: neighbours are
// six of those apart.
func EightGaussians() (*Mixture, error) {
	radius := 4 / math.Sqrt2
	m, err := onCircle(8, 2, 0.5/math.Sqrt2, 2*radius*math.Sin(math.Pi/8))
	if err != nil {
		return nil, err
	}
	m.name = "eight_gaussians"
	return m, nil
}

// onCircle places k Gaussians of one scale so that the distance between neighbours is apart.
func onCircle(k, d int, scale, apart float64) (*Mixture, error) {
	components := make([]*Gaussian, k)
	radius := 0.0
	if k > 1 {
		radius = apart / 2 / math.Sin(math.Pi/float64(k))
	}
	scales := make([]float64, d)
	for i := range scales {
		scales[i] = scale
	}
	for i := range components {
		mean := make([]float64, d)
		if d == 1 {
			mean[0] = apart * (float64(i) - float64(k-1)/2)
		} else {
			sin, cos := math.Sincos(math.Pi / float64(k) * float64(2*i+1))
			mean[0], mean[1] = radius*cos, radius*sin
		}
		g, err := NewGaussian(mean, scales)
		if err != nil {
			return nil, err
		}
		components[i] = g
	}
	return NewMixture(nil, components...)
}

// Name implements Target.
func (m *Mixture) Name() string { return m.name }

// Dim implements Target.
func (m *Mixture) Dim() int { return m.components[0].Dim() }

// Sample implements Target.
func (m *Mixture) Sample(r *rand.Rand, n int) []float64 {
	d := m.Dim()
	out, z := make([]float64, n*d), make([]float64, d)
	for i := range n {
		m.components[m.pick.draw(r)].draw(r, z, out[i*d:(i+1)*d])
	}
	return out
}

// LogDensity implements Exact.
func (m *Mixture) LogDensity(x []float64) float64 {
	var room [16]float64
	terms := room[:0]
	for k, g := range m.components {
		terms = append(terms, m.logWeights[k]+g.LogDensity(x))
	}
	return scalar.LogSumExp(terms)
}

// Weights returns the probabilities of the modes.
func (m *Mixture) Weights() []float64 { return append([]float64(nil), m.weights...) }

// Shares returns, for each mode, the share of the points, [n, d], that lie nearest to it. It detects a missing mode
// in a model's samples, which hardly shows in a likelihood.
func (m *Mixture) Shares(points []float64) ([]float64, error) {
	d := m.Dim()
	if err := CheckPoints(points, d); err != nil {
		return nil, err
	}
	shares := make([]float64, len(m.components))
	n := len(points) / d
	for i := range n {
		best, at := math.Inf(1), 0
		for k, g := range m.components {
			square := 0.0
			for j, v := range points[i*d : (i+1)*d] {
				square += (v - g.mean[j]) * (v - g.mean[j])
			}
			if square < best {
				best, at = square, k
			}
		}
		shares[at] += 1 / float64(n)
	}
	return shares, nil
}
