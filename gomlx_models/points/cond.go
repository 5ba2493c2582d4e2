package points

import (
	"math"

	"github.com/gomlx/compute/dtypes"

	"hgn.local/gomlx_models/params"
)

// Conditional is a model that learns p(x|c) if its points are given with conditions c, and p(x) otherwise.
type Conditional interface {
	Model
	// CondDim returns the numbers of a condition, 0 of a density of x alone.
	CondDim() int
	// At returns the density at fixed conditions, rows of CondDim numbers, [n, CondDim]: the first point that it draws
	// or judges is given the first row, and so on, and after the last row the first again.
	At(cond []float64) (Model, error)
}

// Given returns x with conditions of dim numbers, rows that points take in turn.
func (x Points) Given(cond []float64, dim int) Points {
	x.Cond, x.CondDim = make([]float64, x.N()*dim), dim
	for i := range x.Cond {
		x.Cond[i] = cond[i%len(cond)]
	}
	return x
}

// CondAt returns the condition of point i, which shares its memory with x.
func (x Points) CondAt(i int) []float64 { return x.Cond[i*x.CondDim:][:x.CondDim:x.CondDim] }

// Conditions returns x with the conditions that a model needs, of dim numbers: its own, or else those in fixed, rows
// that points take in turn. It fails if x has conditions of another width, or none where there are none fixed.
func (x Points) Conditions(dim int, fixed []float64) (Points, error) {
	switch {
	case x.CondDim == dim:
		return x, nil
	case x.CondDim == 0 && len(fixed) > 0:
		return x.Given(fixed, dim), nil
	case x.CondDim == 0:
		return x, params.Errorf("the model is of points that are given with a condition of %d numbers: say at which", dim)
	case dim == 0:
		return x, params.Errorf("the points are given with a condition, and the model is of points without one: leave the condition out")
	}
	return x, params.Errorf("the points are given with conditions of %d numbers, and the model with conditions of %d", x.CondDim, dim)
}

// For returns x with the conditions that a model of dim coordinates and condDim numbers of a condition needs, as Conditions
// does. It fails if x is no such points; see Check.
func (x Points) For(dim, condDim int, fixed []float64) (Points, error) {
	if err := x.Check(dim); err != nil {
		return x, err
	}
	return x.Conditions(condDim, fixed)
}

// CheckConditions fails unless cond holds rows of dim finite numbers, at least one.
func CheckConditions(cond []float64, dim int) error {
	if dim == 0 {
		return params.Errorf("the model is of points without a condition: leave the condition out")
	}
	if len(cond) == 0 || len(cond)%dim != 0 {
		return params.Errorf("%d numbers do not make conditions of %d numbers", len(cond), dim)
	}
	return Points{Cond: cond, CondDim: dim, X: make([]float64, len(cond)/dim), Dim: 1}.checkCond()
}

// checkCond fails unless every point has a finite condition, or none has one.
func (x Points) checkCond() error {
	if len(x.Cond) != x.N()*x.CondDim {
		return params.Errorf("%d numbers do not make a condition of %d numbers for each of %d points", len(x.Cond), x.CondDim, x.N())
	}
	for i, v := range x.Cond {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return params.Errorf("number %d of the condition of point %d is %g: remove or mend conditions that are not finite", i%x.CondDim, i/x.CondDim, v)
		}
	}
	return nil
}

// standardiseCond computes the map of the conditions of training data: to mean 0 and standard deviation 1, but numbers
// that are only ever 0 or 1, as those of a class, stay as they are. It returns nil without conditions.
func standardiseCond(x Points) *Standardizer {
	if x.CondDim == 0 {
		return nil
	}
	s, column := Identity(x.CondDim), make([]float64, x.N())
	for k := range x.CondDim {
		bits := true
		for i := range column {
			column[i] = x.CondAt(i)[k]
			bits = bits && (column[i] == 0 || column[i] == 1)
		}
		if bits {
			continue
		}
		if mean, scale := usual(column); scale > 0 {
			s.Mean[k], s.Scale[k] = mean, scale
		}
	}
	return &s
}

// Inputs returns what a program takes of points: x as a tensor [n, Dim] in the given precision, and the conditions, [n,
// CondDim], if there are some. Rows that x lacks are zero.
func (x Points) Inputs(dtype dtypes.DType, n int) []any {
	in := []any{x.Tensor(dtype, n)}
	if x.CondDim > 0 {
		in = append(in, Points{X: x.Cond, Dim: x.CondDim}.Tensor(dtype, n))
	}
	return in
}

// Axes returns the axis along which each of Inputs lists the points.
func (x Points) Axes() []int { return make([]int, min(1, x.CondDim)+1) }

// CondDim returns the numbers of a condition, 0 without one.
func (s Standardizer) CondDim() int {
	if s.Cond == nil {
		return 0
	}
	return s.Cond.Dim()
}
