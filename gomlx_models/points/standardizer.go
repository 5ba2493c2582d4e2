package points

import (
	"math"

	"hgn.local/gomlx_models/params"
)

// Standardizer is the affine map x -> (x - Mean)/Scale of each coordinate. It gives a model data of mean 0 and
// standard deviation 1 whatever their units.
type Standardizer struct{ Mean, Scale []float64 }

// Identity returns the map that leaves points of dim coordinates as they are.
func Identity(dim int) Standardizer {
	s := Standardizer{Mean: make([]float64, dim), Scale: make([]float64, dim)}
	for k := range s.Scale {
		s.Scale[k] = 1
	}
	return s
}

// Standardise computes the map for training data, which must pass CheckTraining.
func Standardise(x Points) (Standardizer, error) {
	if err := x.CheckTraining(x.Dim); err != nil {
		return Standardizer{}, err
	}
	s, n := Identity(x.Dim), float64(x.N())
	for k := range x.Dim {
		first, sum, squares := x.X[k], 0.0, 0.0 // differences from the first point, so that nothing cancels
		for i := range x.N() {
			sum += (x.X[i*x.Dim+k] - first) / n
		}
		s.Mean[k] = first + sum
		for i := range x.N() {
			d := x.X[i*x.Dim+k] - s.Mean[k]
			squares += d * d / n
		}
		s.Scale[k] = math.Sqrt(squares)
	}
	return s, s.Check()
}

// Dim returns the number of coordinates.
func (s Standardizer) Dim() int { return len(s.Mean) }

// Check fails if s is not a valid map: every scale must be positive, and every number finite.
func (s Standardizer) Check() error {
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

// Forward returns (x - Mean)/Scale.
func (s Standardizer) Forward(x Points) Points {
	y := New(x.N(), x.Dim)
	for i := range y.X {
		y.X[i] = (x.X[i] - s.Mean[i%x.Dim]) / s.Scale[i%x.Dim]
	}
	return y
}

// Inverse returns Mean + Scale·y.
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
