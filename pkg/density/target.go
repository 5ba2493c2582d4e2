package density

import (
	"math"
	"math/rand/v2"
	"runtime"
	"sort"
	"sync"

	"hgn.local/pkg/badinput"
)

// Target is a distribution of points in R^d.
type Target interface {
	// Name identifies the target in files and on the command line: Named(Name()) returns it again, unless it was made
	// in code.
	Name() string
	// Dim returns d.
	Dim() int
	// Sample draws n independent points, row-major [n, d].
	Sample(r *rand.Rand, n int) []float64
}

// Exact is a target whose log-density is known.
type Exact interface {
	Target
	// LogDensity returns log p(x) in nats at one point x of length d, -Inf if the density is zero. It panics at
	// another length: LogDensities checks points from outside. Several goroutines may call it at once.
	LogDensity(x []float64) float64
}

// LogDensities evaluates log p at the rows of points, [n, d]. It returns an error marked as bad input if points do
// not fit the target or are not finite.
func LogDensities(t Exact, points []float64) ([]float64, error) {
	d := t.Dim()
	if err := CheckPoints(points, d); err != nil {
		return nil, err
	}
	return evaluate(t, points), nil
}

// evaluate returns log p at the rows of points, on all cores.
func evaluate(t Exact, points []float64) []float64 {
	d := t.Dim()
	out := make([]float64, len(points)/d)
	var work sync.WaitGroup
	parts := runtime.GOMAXPROCS(0)
	for k := range parts {
		work.Go(func() {
			for i := k * len(out) / parts; i < (k+1)*len(out)/parts; i++ {
				out[i] = t.LogDensity(points[i*d : (i+1)*d])
			}
		})
	}
	work.Wait()
	return out
}

// mostPoints is the largest size of drawn points, in bytes.
const mostPoints = 8 << 30

// CheckCount fails if n points of d coordinates are more than can be drawn at once.
func CheckCount(n, d int) error {
	if d > 0 && n > mostPoints/8/d {
		return badinput.Errorf("%d points of %d coordinates are more than %d GiB: ask for fewer", n, d, mostPoints>>30)
	}
	return nil
}

// CheckPoints fails unless points are rows of d finite numbers, at least one row.
func CheckPoints(points []float64, d int) error { return checkRows(points, d, nil) }

// checkRows is CheckPoints for coordinates with names, which its errors give, or nil.
func checkRows(points []float64, d int, names []string) error {
	if len(points) == 0 {
		return badinput.Errorf("there are no points: give at least one")
	}
	if d < 1 || len(points)%d != 0 {
		return badinput.Errorf("%d numbers are not points of %d coordinates: give points as rows [N, %d]", len(points), d, d)
	}
	for i, v := range points {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			continue
		}
		if names != nil {
			return badinput.Errorf("column %q is %v in row %d: leave out the row or the column", names[i%d], v, i/d+1)
		}
		return badinput.Errorf("coordinate %d of point %d is %v: leave that point out", i%d, i/d, v)
	}
	return nil
}

// atLength panics if a point has another dimension than its target, as an index out of range would, but with the
// reason.
func atLength(x []float64, d int) {
	if len(x) != d {
		panic("density: LogDensity was given a point of another dimension than the target's")
	}
}

// choice draws indices with given probabilities.
type choice struct{ cumulative []float64 }

// newChoice returns a choice with weights that are not negative and not all zero, and their shares of the sum.
func newChoice(weights []float64) (choice, []float64) {
	c := choice{make([]float64, len(weights))}
	shares := make([]float64, len(weights))
	sum := 0.0
	for i, w := range weights {
		sum += w
		c.cumulative[i] = sum
	}
	for i, w := range weights {
		shares[i] = w / sum
	}
	return c, shares
}

// draw returns i with probability weights[i] / Σ weights, and never an index of weight zero.
func (c choice) draw(r *rand.Rand) int {
	last := len(c.cumulative) - 1
	u := r.Float64() * c.cumulative[last]
	return min(sort.Search(last, func(i int) bool { return c.cumulative[i] > u }), last)
}
