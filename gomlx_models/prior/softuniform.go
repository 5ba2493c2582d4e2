package prior

import (
	"fmt"
	"math"
	"math/rand/v2"

	. "github.com/gomlx/gomlx/core/graph"

	"hgn.local/kernels_xla/convops"
	"hgn.local/kernels_xla/scalar"
)

// SoftUniform is about uniform on [-Width/2, Width/2] in each of D coordinates. Its edges are steeper the larger
// Sharpness is; see the package documentation.
type SoftUniform struct {
	D                int
	Width, Sharpness float64
}

// Dim returns the number of coordinates.
func (u SoftUniform) Dim() int { return u.D }

// Name returns the string that Parse turns into this prior.
func (u SoftUniform) Name() string {
	return fmt.Sprintf("soft_uniform:width=%g,sharpness=%g", u.Width, u.Sharpness)
}

// Sample draws n points as sums of uniform and logistic variables.
func (u SoftUniform) Sample(rng *rand.Rand, n int) []float64 {
	x := make([]float64, n*u.D)
	for k := range x {
		v := 1 - rng.Float64() // in (0, 1]
		for v == 1 {
			v = 1 - rng.Float64()
		}
		x[k] = u.Width*(rng.Float64()-0.5) + (math.Log(v)-math.Log1p(-v))/u.Sharpness
	}
	return x
}

// LogDensity returns log π(x).
func (u SoftUniform) LogDensity(x []float64) float64 {
	sum := u.constant()
	for _, v := range x {
		sum -= softplus(-u.Sharpness*(v+u.Width/2)) + softplus(u.Sharpness*(v-u.Width/2))
	}
	return sum
}

// LogProbGraph computes log π of each row.
func (u SoftUniform) LogProbGraph(x *Node) *Node {
	left := convops.Softplus(MulScalar(AddScalar(x, u.Width/2), -u.Sharpness))
	right := convops.Softplus(MulScalar(AddScalar(x, -u.Width/2), u.Sharpness))
	return AddScalar(Neg(ReduceSum(Add(left, right), -1)), u.constant())
}

// constant is -log Z of all coordinates, with Z = σ/(1 - exp(-βσ)).
func (u SoftUniform) constant() float64 {
	return float64(u.D) * (math.Log(-math.Expm1(-u.Sharpness*u.Width)) - math.Log(u.Width))
}

// Relaxed returns the prior itself.
func (u SoftUniform) Relaxed() Prior { return u }

// softplus is log(1 + e^x).
func softplus(x float64) float64 { return math.Max(x, 0) + math.Log1p(scalar.Exp(-math.Abs(x))) }
