package metrics

import (
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// A polynomial is a map y(x) from several variables to several, fitted by ridge regression on the monomials of the
// standardised x, each of which is standardised in turn:
//
//	y = offset + Σ_k weights_k (m_k(u) - mean_k)/size_k,   u = (x - mean)/size
type polynomial struct {
	inputs, monomials scaling
	terms             []term
	weights           *mat.Dense // [monomial][output]
	offset            []float64  // [output]
}

// A term is a monomial: an earlier one, or 1 if parent is -1, times one variable.
type term struct{ parent, variable int }

// monomialTerms lists the monomials of total degree 1 to degree, or nil if there are more than most.
func monomialTerms(variables, degree, most int) []term {
	var terms []term
	from := []term{{-1, 0}} // of the previous degree, as index and the first variable that may follow
	for range degree {
		var next []term
		for _, f := range from {
			for v := f.variable; v < variables; v++ {
				if len(terms) == most {
					return nil
				}
				next = append(next, term{len(terms), v})
				terms = append(terms, term{f.parent, v})
			}
		}
		from = next
	}
	return terms
}

// evaluate fills values [term] and, unless it is nil, gradient [term][variable], at u.
func evaluate(terms []term, u, values []float64, gradient [][]float64) {
	for k, t := range terms {
		before := 1.0
		if t.parent >= 0 {
			before = values[t.parent]
		}
		values[k] = before * u[t.variable]
		if gradient == nil {
			continue
		}
		for v := range gradient[k] {
			gradient[k][v] = 0
			if t.parent >= 0 {
				gradient[k][v] = gradient[t.parent][v] * u[t.variable]
			}
		}
		gradient[k][t.variable] += before
	}
}

// scaling holds the mean and the standard deviation of every column; for a constant column the latter is 1.
type scaling struct{ mean, size []float64 }

func standardise(x *mat.Dense) scaling {
	_, columns := x.Dims()
	s := scaling{make([]float64, columns), make([]float64, columns)}
	for j := range columns {
		column := mat.Col(nil, j, x)
		s.mean[j], s.size[j] = stat.Mean(column, nil), math.Sqrt(variance(column))
		if !(s.size[j] > 1e-12*math.Abs(s.mean[j])) {
			s.size[j] = 1
		}
	}
	return s
}

func (s scaling) apply(x *mat.Dense) *mat.Dense {
	var out mat.Dense
	out.Apply(func(_, j int, v float64) float64 { return (v - s.mean[j]) / s.size[j] }, x)
	return &out
}

// expand returns the matrix [row][term] of the monomials of x [row][variable].
func expand(terms []term, u *mat.Dense) *mat.Dense {
	rows, _ := u.Dims()
	out := mat.NewDense(rows, len(terms), nil)
	for i := range rows {
		evaluate(terms, u.RawRowView(i), out.RawRowView(i), nil)
	}
	return out
}

// A regression holds the data that polynomials of the same terms share, whatever their ridge.
type regression struct {
	inputs, monomials scaling
	terms             []term
	gram              *mat.SymDense // of the standardised monomials, over the number of rows
	moment            *mat.Dense    // with the centred outputs, over the number of rows
	offset            []float64
}

func newRegression(terms []term, x, y *mat.Dense) *regression {
	r := &regression{terms: terms, inputs: standardise(x)}
	m := expand(terms, r.inputs.apply(x))
	r.monomials = standardise(m)
	m = r.monomials.apply(m)
	rows, outputs := y.Dims()
	for j := range outputs {
		r.offset = append(r.offset, stat.Mean(mat.Col(nil, j, y), nil))
	}
	var centred mat.Dense
	centred.Apply(func(_, j int, v float64) float64 { return v - r.offset[j] }, y)
	r.gram, r.moment = mat.NewSymDense(len(terms), nil), new(mat.Dense)
	r.gram.SymOuterK(1/float64(rows), m.T())
	r.moment.Mul(m.T(), &centred)
	r.moment.Scale(1/float64(rows), r.moment)
	return r
}

// fit minimises mean |y - fit|² + ridge·Σ weights². It returns nil if that has no solution in float64.
func (r *regression) fit(ridge float64) *polynomial {
	n := len(r.terms)
	system := mat.NewSymDense(n, nil)
	system.CopySym(r.gram)
	for i := range n {
		system.SetSym(i, i, system.At(i, i)+ridge)
	}
	var c mat.Cholesky
	weights := new(mat.Dense)
	if !c.Factorize(system) || c.SolveTo(weights, r.moment) != nil {
		return nil
	}
	return &polynomial{r.inputs, r.monomials, r.terms, weights, r.offset}
}

// predict returns y [row][output] at x [row][variable].
func (p *polynomial) predict(x *mat.Dense) *mat.Dense {
	var y mat.Dense
	y.Mul(p.monomials.apply(expand(p.terms, p.inputs.apply(x))), p.weights)
	y.Apply(func(_, j int, v float64) float64 { return v + p.offset[j] }, &y)
	return &y
}

// jacobian returns ∂y/∂x [output][variable] at x.
func (p *polynomial) jacobian(x []float64) *mat.Dense {
	u, values, gradient := make([]float64, len(x)), make([]float64, len(p.terms)), make([][]float64, len(p.terms))
	for v := range u {
		u[v] = (x[v] - p.inputs.mean[v]) / p.inputs.size[v]
	}
	slopes := mat.NewDense(len(p.terms), len(x), nil)
	for k := range gradient {
		gradient[k] = slopes.RawRowView(k)
	}
	evaluate(p.terms, u, values, gradient)
	slopes.Apply(func(k, v int, g float64) float64 { return g / (p.monomials.size[k] * p.inputs.size[v]) }, slopes)
	var j mat.Dense
	j.Mul(p.weights.T(), slopes)
	return &j
}
