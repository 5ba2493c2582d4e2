package prior

import (
	"math/rand/v2"

	. "github.com/gomlx/gomlx/core/graph"
)

// Prior is a density on R^d. Every Prior is also a density.Exact of pkg/density, whose methods are the first four.
type Prior interface {
	// Name returns the string that Parse turns into this prior.
	Name() string
	// Dim returns d.
	Dim() int
	// Sample draws n points, row-major [n, d], one after the other.
	Sample(rng *rand.Rand, n int) []float64
	// LogDensity returns log π(x), -Inf where the density is zero.
	LogDensity(x []float64) float64
	// LogProbGraph computes log π(x) of each row, [n, d] -> [n].
	LogProbGraph(x *Node) *Node
	// Relaxed returns the density to train with: the prior itself, or one that is nowhere zero.
	Relaxed() Prior
}
