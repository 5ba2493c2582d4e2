package metrics

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Explained measures how well some numbers predict another one: it returns R² of the best polynomial y(x) of degree 1
// to maxDegree, by ridge regression, fitted to the first half of the samples, chosen on the next quarter, and
// measured on the last. It also returns the polynomial's predictions for all samples. x[i] are the numbers of sample
// i. NaN, different lengths, or too few samples give NaN.
func Explained(x [][]float64, y []float64, maxDegree int) (r2 float64, predicted []float64) {
	n := len(y)
	if n != len(x) || n < 8 || len(x[0]) == 0 {
		return math.NaN(), nil
	}
	inputs, outputs := mat.NewDense(n, len(x[0]), nil), mat.NewDense(n, 1, nil)
	for i := range x {
		for j, v := range append(append([]float64(nil), x[i]...), y[i]) {
			if finite(v) == nil || len(x[i]) != len(x[0]) {
				return math.NaN(), nil
			}
			if j < len(x[i]) {
				inputs.Set(i, j, v)
			}
		}
		outputs.Set(i, 0, y[i])
	}
	part := func(m *mat.Dense, from, to int) *mat.Dense {
		_, columns := m.Dims()
		return mat.DenseCopyOf(m.Slice(from, to, 0, columns))
	}
	fitted, chosen := n/2, n-n/4
	f, _ := bestPolynomial(part(inputs, 0, fitted), part(outputs, 0, fitted), part(inputs, fitted, chosen), part(outputs, fitted, chosen), maxDegree)
	if f == nil {
		return math.NaN(), nil
	}
	return explained(f.predict(part(inputs, chosen, n)), part(outputs, chosen, n)), mat.Col(nil, 0, f.predict(inputs))
}
