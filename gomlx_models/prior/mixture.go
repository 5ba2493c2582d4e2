package prior

import (
	"fmt"
	"math"
	"math/rand/v2"

	. "github.com/gomlx/gomlx/core/graph"

	"hgn.local/gomlx_models/nets"
	"hgn.local/gomlx_models/params"
	"hgn.local/kernels_xla/convops"
)

// Mixture is a mixture of K normal densities with diagonal covariances: Σ_k w_k Π_j N(x_j; Means[k][j], Scales[k][j]²).
type Mixture struct {
	weights       []float64 // which sum to 1
	means, scales [][]float64
	spec          string
}

// NewMixture makes a mixture of components with the given weights, which need not sum to 1, means and standard
// deviations.
func NewMixture(weights []float64, means, scales [][]float64) (*Mixture, error) {
	k := len(weights)
	if k < 1 || len(means) != k || len(scales) != k || len(means[0]) < 1 {
		return nil, params.Errorf("a mixture needs as many weights as means and scales, at least one: there are %d, %d and %d", k, len(means), len(scales))
	}
	sum, normalised := 0.0, make([]float64, k)
	for i, w := range weights {
		if !(w > 0) || math.IsInf(w, 0) {
			return nil, params.Errorf("weight %d of a mixture is %g: it must be positive", i, w)
		}
		if len(means[i]) != len(means[0]) || len(scales[i]) != len(means[0]) {
			return nil, params.Errorf("component %d of a mixture has %d means and %d scales where the first has %d coordinates", i, len(means[i]), len(scales[i]), len(means[0]))
		}
		for j, s := range scales[i] {
			if !(s > 0) || math.IsInf(s, 0) || math.IsNaN(means[i][j]) || math.IsInf(means[i][j], 0) {
				return nil, params.Errorf("component %d of a mixture has mean %g and scale %g: the mean must be finite and the scale positive", i, means[i][j], s)
			}
		}
		sum += w
	}
	for i, w := range weights {
		normalised[i] = w / sum
	}
	return &Mixture{weights: normalised, means: means, scales: scales, spec: fmt.Sprintf("mixture of %d components", k)}, nil
}

// evenMixture has k equal components, evenly spaced: on a circle of the given radius in the plane of the first two
// coordinates, or between -radius and radius where there is only one.
func evenMixture(dim, k int, radius, scale float64) *Mixture {
	m := &Mixture{spec: fmt.Sprintf("mixture:k=%d,radius=%g,scale=%g", k, radius, scale)}
	for i := range k {
		mean, scales := make([]float64, dim), make([]float64, dim)
		if dim == 1 {
			mean[0] = radius * (2*(float64(i)+0.5)/float64(k) - 1) * float64(k) / math.Max(1, float64(k-1))
		} else {
			angle := 2 * math.Pi * (float64(i) + 0.5) / float64(k)
			mean[0], mean[1] = radius*math.Cos(angle), radius*math.Sin(angle)
		}
		for j := range scales {
			scales[j] = scale
		}
		m.weights, m.means, m.scales = append(m.weights, 1/float64(k)), append(m.means, mean), append(m.scales, scales)
	}
	return m
}

// Dim is the number of coordinates.
func (m *Mixture) Dim() int { return len(m.means[0]) }

func (m *Mixture) String() string { return m.spec }

// Sample draws one point.
func (m *Mixture) Sample(rng *rand.Rand, x []float64) {
	k, u := 0, rng.Float64()
	for ; k < len(m.weights)-1 && u >= m.weights[k]; k++ {
		u -= m.weights[k]
	}
	for j := range x {
		x[j] = m.means[k][j] + m.scales[k][j]*rng.NormFloat64()
	}
}

// LogProb is log π(x).
func (m *Mixture) LogProb(x []float64) float64 {
	logs, largest := make([]float64, len(m.weights)), math.Inf(-1)
	for k := range logs {
		squares := 0.0
		for j, v := range x {
			z := (v - m.means[k][j]) / m.scales[k][j]
			squares += z * z
		}
		logs[k] = m.constant(k) - 0.5*squares
		largest = math.Max(largest, logs[k])
	}
	sum := 0.0
	for _, l := range logs {
		sum += math.Exp(l - largest)
	}
	return largest + math.Log(sum)
}

// LogProbGraph is log π of each row.
func (m *Mixture) LogProbGraph(x *Node) *Node {
	k, d := len(m.weights), m.Dim()
	means, inverse, constants := make([]float64, 0, k*d), make([]float64, 0, k*d), make([]float64, k)
	for i := range k {
		means = append(means, m.means[i]...)
		for _, s := range m.scales[i] {
			inverse = append(inverse, 1/s)
		}
		constants[i] = m.constant(i)
	}
	constant := func(values []float64, dims ...int) *Node {
		return Const(x.Graph(), nets.Tensor(x.DType(), values, dims...))
	}
	z := Mul(Sub(ExpandDims(x, 1), constant(means, 1, k, d)), constant(inverse, 1, k, d)) // [n, k, d]
	logs := Add(MulScalar(ReduceSum(Square(z), -1), -0.5), constant(constants, 1, k))
	return LogSumExp(logs)
}

// constant is the logarithm of component k's density at its mean, times its weight.
func (m *Mixture) constant(k int) float64 {
	sum := math.Log(m.weights[k])
	for _, s := range m.scales[k] {
		sum -= math.Log(s) + 0.5*log2Pi
	}
	return sum
}

// Relaxed is the prior itself.
func (m *Mixture) Relaxed() Prior { return m }

// LogSumExp is log Σ exp over the last axis, [n, k] -> [n]. A row of -Inf only gives -Inf.
func LogSumExp(logs *Node) *Node {
	largest := StopGradient(MaxScalar(ReduceAndKeep(logs, ReduceMax, -1), -1e30))
	shifted := MaxScalar(Sub(logs, largest), -80) // e^-80 is nothing beside the largest term's 1
	sum := Log(ReduceSum(convops.Exp(shifted), -1))
	sum = Add(sum, Reshape(largest, sum.Shape().Dimensions...))
	none := LessThan(sum, AddScalar(ZerosLike(sum), -1e29))
	return Where(none, AddScalar(ZerosLike(sum), math.Inf(-1)), sum)
}
