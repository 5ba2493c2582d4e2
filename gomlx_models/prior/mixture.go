package prior

import (
	"fmt"
	"math"
	"math/rand/v2"

	. "github.com/gomlx/gomlx/core/graph"
	"gonum.org/v1/gonum/floats"

	"hgn.local/gomlx_models/nets"
	"hgn.local/kernels_xla/convops"
	"hgn.local/kernels_xla/scalar"
)

// Mixture is a mixture of equal normal densities: 1/K Σ_k Π_j N(x_j; Means[k][j], Scale²).
type Mixture struct {
	name  string
	means [][]float64
	scale float64
}

// evenMixture has k evenly spaced components: on a circle of the given radius in the plane of the first two
// coordinates, or between -radius and radius if there is only one coordinate.
func evenMixture(dim, k int, radius, scale float64) *Mixture {
	m := &Mixture{name: fmt.Sprintf("mixture:k=%d,radius=%g,scale=%g", k, radius, scale), scale: scale}
	for i := range k {
		mean := make([]float64, dim)
		if dim == 1 {
			mean[0] = radius * (2*(float64(i)+0.5)/float64(k) - 1) * float64(k) / math.Max(1, float64(k-1))
		} else {
			angle := 2 * math.Pi * (float64(i) + 0.5) / float64(k)
			mean[0], mean[1] = radius*math.Cos(angle), radius*math.Sin(angle)
		}
		m.means = append(m.means, mean)
	}
	return m
}

// Dim returns the number of coordinates.
func (m *Mixture) Dim() int { return len(m.means[0]) }

// Name returns the string that Parse turns into this prior.
func (m *Mixture) Name() string { return m.name }

// Sample draws n points.
func (m *Mixture) Sample(rng *rand.Rand, n int) []float64 {
	x := make([]float64, 0, n*m.Dim())
	for range n {
		for _, mean := range m.means[int(rng.Float64()*float64(len(m.means)))] {
			x = append(x, mean+m.scale*rng.NormFloat64())
		}
	}
	return x
}

// LogDensity returns log π(x).
func (m *Mixture) LogDensity(x []float64) float64 {
	logs := make([]float64, len(m.means))
	for k, mean := range m.means {
		logs[k] = -0.5 * math.Pow(floats.Distance(x, mean, 2)/m.scale, 2)
	}
	return scalar.LogSumExp(logs) + m.constant()
}

// LogProbGraph computes log π of each row.
func (m *Mixture) LogProbGraph(x *Node) *Node {
	k, d := len(m.means), m.Dim()
	means := make([]float64, 0, k*d)
	for _, mean := range m.means {
		means = append(means, mean...)
	}
	z := MulScalar(Sub(ExpandDims(x, 1), Const(x.Graph(), nets.Tensor(x.DType(), means, 1, k, d))), 1/m.scale) // [n, k, d]
	return LogSumExp(AddScalar(MulScalar(ReduceSum(Square(z), -1), -0.5), m.constant()))
}

// constant is the logarithm of a component's density at its mean, times its weight 1/K.
func (m *Mixture) constant() float64 {
	return Normal{m.Dim(), m.scale}.constant() - math.Log(float64(len(m.means)))
}

// Relaxed returns the prior itself.
func (m *Mixture) Relaxed() Prior { return m }

// LogSumExp computes log Σ exp over the last axis, [n, k] -> [n]. A row that holds only -Inf gives -Inf.
func LogSumExp(logs *Node) *Node {
	largest := StopGradient(MaxScalar(ReduceAndKeep(logs, ReduceMax, -1), -1e30))
	shifted := MaxScalar(Sub(logs, largest), -80) // e^-80 is negligible beside the largest term's 1
	sum := Log(ReduceSum(convops.Exp(shifted), -1))
	sum = Add(sum, Reshape(largest, sum.Shape().Dimensions...))
	none := LessThan(sum, AddScalar(ZerosLike(sum), -1e29))
	return Where(none, AddScalar(ZerosLike(sum), math.Inf(-1)), sum)
}
