package points

import (
	"math"
	"slices"

	"hgn.local/gomlx_models/params"
)

// Standardizer is the affine map x -> (x - Mean)/Scale of each coordinate. It gives a model data of mean 0 and
// standard deviation 1, but for a few far points, whatever their units. Of points with conditions, Cond is the map of
// these, and nil otherwise.
type Standardizer struct {
	Mean, Scale []float64
	Cond        *Standardizer
}

// Identity returns the map that leaves points of dim coordinates as they are.
func Identity(dim int) Standardizer {
	s := Standardizer{Mean: make([]float64, dim), Scale: make([]float64, dim)}
	for k := range s.Scale {
		s.Scale[k] = 1
	}
	return s
}

// Standardise computes the map for training data, which must pass CheckTraining. Far points that would determine the
// scale of a coordinate are left out of its mean and standard deviation, see usual.
func Standardise(x Points) (Standardizer, error) {
	if err := x.CheckTraining(x.Dim); err != nil {
		return Standardizer{}, err
	}
	s, column := Identity(x.Dim), make([]float64, x.N())
	for k := range x.Dim {
		for i := range column {
			column[i] = x.X[i*x.Dim+k]
		}
		s.Mean[k], s.Scale[k] = usual(column)
	}
	s.Cond = standardiseCond(x)
	return s, s.Check()
}

const (
	ruledFrom   = 20  // least number of values of which any may be too far
	ruledBy     = 4   // ratio of standard deviations from which on far values determine the scale
	farAway     = 2   // widths of the others beyond which a value is far
	mostStretch = 1e6 // largest distance from the mean in units of the scale, whose square still has room in a float32
)

// usual returns the mean and the standard deviation of values. If the latter is more than ruledBy times that of the
// values without the highest and the lowest 2%, it is determined by a few far values: then both are of the values that
// lie at most farAway times the width of those 96% beyond them. The standard deviation is at least 1/mostStretch of the
// distance of the farthest value.
func usual(values []float64) (mean, deviation float64) {
	mean, deviation = moments(values)
	n := len(values)
	if n < ruledFrom {
		return mean, deviation
	}
	sorted := slices.Sorted(slices.Values(values))
	cut := max(1, n/50)
	inner := sorted[cut : n-cut]
	if _, d := moments(inner); !(d > 0) || deviation <= ruledBy*d {
		return mean, deviation
	}
	reach := farAway * (inner[len(inner)-1] - inner[0])
	near := slices.DeleteFunc(slices.Clone(values), func(v float64) bool { return v < inner[0]-reach || v > inner[len(inner)-1]+reach })
	mean, deviation = moments(near)
	return mean, max(deviation, (mean-sorted[0])/mostStretch, (sorted[n-1]-mean)/mostStretch)
}

// moments returns the mean and the standard deviation of values.
func moments(values []float64) (mean, deviation float64) {
	first, sum, squares, n := values[0], 0.0, 0.0, float64(len(values)) // differences from the first value, so that nothing cancels
	for _, v := range values {
		sum += (v - first) / n
	}
	mean = first + sum
	for _, v := range values {
		squares += (v - mean) * (v - mean) / n
	}
	return mean, math.Sqrt(squares)
}

// Dim returns the number of coordinates.
func (s Standardizer) Dim() int { return len(s.Mean) }

// Check fails if s is not a valid map: every scale must be positive, and every number finite.
func (s Standardizer) Check() error {
	if s.Cond != nil {
		if err := s.Cond.Check(); err != nil {
			return err
		}
	}
	if len(s.Mean) < 1 || len(s.Mean) != len(s.Scale) {
		return params.Errorf("%d means and %d scales do not make the standardisation of points: give one of each for every coordinate", len(s.Mean), len(s.Scale))
	}
	for k := range s.Mean {
		if !(s.Scale[k] > 0) || math.IsInf(s.Scale[k], 0) || math.IsNaN(s.Mean[k]) || math.IsInf(s.Mean[k], 0) {
			return params.Errorf("coordinate %d has mean %g and scale %g: the mean must be finite and the scale positive", k, s.Mean[k], s.Scale[k])
		}
	}
	return nil
}

// Forward returns (x - Mean)/Scale, with standardised conditions.
func (s Standardizer) Forward(x Points) Points {
	y := New(x.N(), x.Dim)
	for i := range y.X {
		y.X[i] = (x.X[i] - s.Mean[i%x.Dim]) / s.Scale[i%x.Dim]
	}
	if s.Cond != nil && x.CondDim == s.Cond.Dim() {
		y.Cond, y.CondDim = s.Cond.Forward(Points{X: x.Cond, Dim: x.CondDim}).X, x.CondDim
	}
	return y
}

// Inverse returns Mean + Scale·y, without conditions.
func (s Standardizer) Inverse(y Points) Points {
	x := New(y.N(), y.Dim)
	for i := range x.X {
		x.X[i] = s.Mean[i%y.Dim] + s.Scale[i%y.Dim]*y.X[i]
	}
	return x
}

// LogDet returns the logarithm of the Jacobian determinant of Forward, -Σ log Scale, so that log p(x) = log p(y) +
// LogDet.
func (s Standardizer) LogDet() float64 {
	sum := 0.0
	for _, v := range s.Scale {
		sum -= math.Log(v)
	}
	return sum
}
