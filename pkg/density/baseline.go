package density

import (
	"gonum.org/v1/gonum/mat"

	"hgn.local/pkg/badinput"
)

// Rows holds points [n, Dim], and the conditions that they are given with, [n, k] for any k, or none.
type Rows struct {
	X    []float64
	Dim  int
	Cond []float64
}

func (r Rows) n() int { return len(r.X) / r.Dim }

// design returns the matrix [n, 1+k] of ones and conditions.
func (r Rows) design() *mat.Dense {
	k := len(r.Cond) / r.n()
	a := mat.NewDense(r.n(), 1+k, nil)
	for i := range r.n() {
		a.Set(i, 0, 1)
		for j := range k {
			a.Set(i, 1+j, r.Cond[i*k+j])
		}
	}
	return a
}

// collinear is the share of the largest singular value below which a direction of the conditions counts as none: those of
// classes add up to 1.
const collinear = 1e-9

// Baseline returns log p of points under the normal density of others, with their full covariance and a mean that follows
// linearly from the conditions, by maximum likelihood: what every flow has to be better than. It fails where the
// others have no such density, because they are too few or lie in a plane.
func Baseline(of, at Rows) ([]float64, error) {
	n, d := of.n(), of.Dim
	if at.Dim != d || n <= d {
		return nil, badinput.Errorf("a normal density of %d coordinates needs more than %d points", d, n)
	}
	x, a := mat.NewDense(n, d, append([]float64(nil), of.X...)), of.design()
	var svd mat.SVD
	if !svd.Factorize(a, mat.SVDThin) {
		return nil, badinput.Errorf("the conditions of %d points do not give a mean", n)
	}
	var slopes mat.Dense
	svd.SolveTo(&slopes, x, max(1, svd.Rank(collinear)))
	centred := func(r Rows) *mat.Dense {
		var mean mat.Dense
		mean.Mul(r.design(), &slopes)
		out := mat.NewDense(r.n(), d, append([]float64(nil), r.X...))
		out.Sub(out, &mean)
		return out
	}
	rest := centred(of)
	covariance := mat.NewSymDense(d, nil)
	covariance.SymOuterK(1/float64(n), rest.T())
	flat := make([]float64, d*d)
	for i := range d {
		for j := range d {
			flat[i*d+j] = covariance.At(i, j)
		}
	}
	g, err := NewGaussianCovariance(make([]float64, d), flat)
	if err != nil {
		return nil, err
	}
	return evaluate(g, centred(at).RawMatrix().Data), nil
}
