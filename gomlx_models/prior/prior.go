package prior

import (
	"math/rand/v2"

	. "github.com/gomlx/gomlx/core/graph"
)

// Prior is a density on R^d.
type Prior interface {
	// Dim is d.
	Dim() int
	// String is what Parse takes.
	String() string
	// Sample draws one point into x, which has length d.
	Sample(rng *rand.Rand, x []float64)
	// LogProb is log π(x), -Inf where the density is zero.
	LogProb(x []float64) float64
	// LogProbGraph is log π(x) of each row, [n, d] -> [n].
	LogProbGraph(x *Node) *Node
	// Relaxed is the density to train with: the prior itself, or one that is nowhere zero.
	Relaxed() Prior
}
