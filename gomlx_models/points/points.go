package points

import (
	"math"

	"hgn.local/gomlx_models/params"
)

// Points holds N points in R^Dim: X is row-major, and point i is X[i·Dim : (i+1)·Dim]. If CondDim is not 0, point i is
// given with the condition Cond[i·CondDim : (i+1)·CondDim], and its density is p(x|c).
type Points struct {
	X   []float64
	Dim int

	Cond    []float64
	CondDim int
}

// New makes n points of dim coordinates, all zero.
func New(n, dim int) Points { return Points{X: make([]float64, n*dim), Dim: dim} }

// N returns the number of points.
func (x Points) N() int {
	if x.Dim < 1 {
		return 0
	}
	return len(x.X) / x.Dim
}

// At returns point i, which shares its memory with x.
func (x Points) At(i int) []float64 { return x.X[i*x.Dim:][:x.Dim:x.Dim] }

// Part returns n points starting at point from, which share their memory with x.
func (x Points) Part(from, n int) Points {
	return Points{
		X: x.X[from*x.Dim:][: n*x.Dim : n*x.Dim], Dim: x.Dim,
		Cond: x.Cond[from*x.CondDim:][: n*x.CondDim : n*x.CondDim], CondDim: x.CondDim,
	}
}

// Check fails unless x holds at least one point and every point has dim finite coordinates.
func (x Points) Check(dim int) error {
	if x.Dim < 1 {
		return params.Errorf("points have at least 1 coordinate, these have %d", x.Dim)
	}
	if x.Dim != dim {
		return params.Errorf("the points have %d coordinates each, the model is of points with %d", x.Dim, dim)
	}
	if len(x.X)%x.Dim != 0 {
		return params.Errorf("%d numbers do not make points of %d coordinates", len(x.X), x.Dim)
	}
	if len(x.X) == 0 {
		return params.Errorf("there are no points: give at least one")
	}
	for i, v := range x.X {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return params.Errorf("coordinate %d of point %d is %g: remove or mend points that are not finite", i%x.Dim, i/x.Dim, v)
		}
	}
	return x.checkCond()
}

// CheckTraining fails unless a density can be learned from x. It does what Check does and requires that every
// coordinate varies, since points that fill only a plane have no density.
func (x Points) CheckTraining(dim int) error {
	if err := x.Check(dim); err != nil {
		return err
	}
	if x.N() < 2 {
		return params.Errorf("a density cannot be learned from a single point: give more of them")
	}
	for k := range dim {
		if x.constant(k) {
			return params.Errorf("coordinate %d is %g in every point, so the points have no density: leave that coordinate out", k, x.X[k])
		}
	}
	return nil
}

func (x Points) constant(k int) bool {
	for i := range x.N() {
		if x.X[i*x.Dim+k] != x.X[k] {
			return false
		}
	}
	return true
}
