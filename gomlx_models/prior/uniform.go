package prior

import (
	"fmt"
	"math"
	"math/rand/v2"

	. "github.com/gomlx/gomlx/core/graph"
)

// RelaxedRate is the decay rate of a relaxed box's exponential tails, times the box's width.
const RelaxedRate = 100

// Uniform is the box [-Width/2, Width/2] in each of D coordinates.
type Uniform struct {
	D     int
	Width float64
}

// Dim returns the number of coordinates.
func (u Uniform) Dim() int { return u.D }

// Name returns the string that Parse turns into this prior.
func (u Uniform) Name() string { return fmt.Sprintf("uniform:width=%g", u.Width) }

// Sample draws n points.
func (u Uniform) Sample(rng *rand.Rand, n int) []float64 {
	x := make([]float64, n*u.D)
	for k := range x {
		x[k] = u.Width * (rng.Float64() - 0.5)
	}
	return x
}

// LogDensity returns log π(x), -Inf outside the box.
func (u Uniform) LogDensity(x []float64) float64 {
	for _, v := range x {
		if math.Abs(v) > u.Width/2 {
			return math.Inf(-1)
		}
	}
	return -float64(u.D) * math.Log(u.Width)
}

// LogProbGraph computes log π of each row, -Inf outside the box. It has no gradient anywhere.
func (u Uniform) LogProbGraph(x *Node) *Node {
	farthest := ReduceMax(Abs(x), -1)
	inside := AddScalar(ZerosLike(farthest), -float64(u.D)*math.Log(u.Width))
	return Where(LessOrEqual(farthest, AddScalar(ZerosLike(farthest), u.Width/2)), inside, AddScalar(ZerosLike(farthest), math.Inf(-1)))
}

// Relaxed returns the box with exponential tails.
func (u Uniform) Relaxed() Prior { return relaxed{u} }

// relaxed has the density exp(-λ·max(|s| - w/2, 0)) / (w + 2/λ) in each coordinate, λ = RelaxedRate/w.
type relaxed struct{ Uniform }

func (r relaxed) rate() float64 { return RelaxedRate / r.Width }

func (r relaxed) Sample(rng *rand.Rand, n int) []float64 {
	x := make([]float64, n*r.D)
	tails := 2 / r.rate()
	for k := range x {
		x[k] = r.Width * (rng.Float64() - 0.5)
		if rng.Float64()*(r.Width+tails) < tails {
			x[k] = math.Copysign(r.Width/2+rng.ExpFloat64()/r.rate(), x[k])
		}
	}
	return x
}

func (r relaxed) LogDensity(x []float64) float64 {
	outside := 0.0
	for _, v := range x {
		outside += math.Max(math.Abs(v)-r.Width/2, 0)
	}
	return r.constant() - r.rate()*outside
}

func (r relaxed) LogProbGraph(x *Node) *Node {
	outside := MaxScalar(AddScalar(Abs(x), -r.Width/2), 0)
	return AddScalar(MulScalar(ReduceSum(outside, -1), -r.rate()), r.constant())
}

func (r relaxed) constant() float64 { return -float64(r.D) * math.Log(r.Width+2/r.rate()) }

func (r relaxed) Relaxed() Prior { return r }
