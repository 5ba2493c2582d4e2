package prior

import (
	"fmt"
	"math"
	"math/rand/v2"

	. "github.com/gomlx/gomlx/core/graph"
)

// log2Pi is log 2π.
var log2Pi = math.Log(2 * math.Pi)

// Normal is N(0, Scale²) in each of D coordinates.
type Normal struct {
	D     int
	Scale float64
}

// Dim returns the number of coordinates.
func (n Normal) Dim() int { return n.D }

// Name returns the string that Parse turns into this prior.
func (n Normal) Name() string { return fmt.Sprintf("normal:scale=%g", n.Scale) }

// Sample draws count points.
func (n Normal) Sample(rng *rand.Rand, count int) []float64 {
	x := make([]float64, count*n.D)
	for k := range x {
		x[k] = n.Scale * rng.NormFloat64()
	}
	return x
}

// LogDensity returns log π(x).
func (n Normal) LogDensity(x []float64) float64 {
	squares := 0.0
	for _, v := range x {
		squares += v * v
	}
	return -0.5*squares/(n.Scale*n.Scale) + n.constant()
}

// LogProbGraph computes log π of each row.
func (n Normal) LogProbGraph(x *Node) *Node {
	return AddScalar(MulScalar(ReduceSum(Square(x), -1), -0.5/(n.Scale*n.Scale)), n.constant())
}

func (n Normal) constant() float64 { return -float64(n.D) * (math.Log(n.Scale) + 0.5*log2Pi) }

// Relaxed returns the prior itself.
func (n Normal) Relaxed() Prior { return n }
