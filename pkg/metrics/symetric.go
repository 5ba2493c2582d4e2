package metrics

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

const (
	// SyMetricR2 is the share of the truth's variance that a map must explain, as in Higgins et al. (2021).
	SyMetricR2 = 0.9
	// SyMetricLimit is the bound that Symplecticity must stay below. The limit of Higgins et al. is 0.05, for a score
	// that is twice ours if both are small and there is one degree of freedom.
	SyMetricLimit = 0.025
)

// SyMetric says whether learned dynamics equal the true ones in other canonical coordinates.
type SyMetric struct {
	R2            float64 // share of the truth's variance, on held-out states, that the map explains; the mean over coordinates
	Symplecticity float64 // 0 if the map is symplectic up to one constant factor, 1 if it is not symplectic at all
	Holds         bool    // R2 > SyMetricR2 and Symplecticity < SyMetricLimit, and not Vacuous
	Degree        int     // degree of the polynomial map
	Vacuous       bool    // the map is linear with one degree of freedom, and so is necessarily symplectic
}

// MeasureSyMetric looks for a symplectic map from learned to true states (Higgins, Wirnsberger, Jaegle and Botev
// 2021, SyMetric: Measuring the Quality of Learnt Hamiltonian Dynamics Inferred from Vision, and its published code).
// learned[i] holds the 2d coordinates (q, p) of state i, truth[i] the 2D true ones, and d may be larger than D. A
// polynomial map truth ≈ f(learned) with Jacobian J, [2D, 2d], gives the Poisson brackets of the true coordinates
// under the learned ones:
//
//	A = J S_d Jᵀ,   S_d = [0 1; -1 0]
//
// f is symplectic if A = S_D. The learned units and the sign of the learned energy are free, so A = c S_D suffices,
// with one c ≠ 0 for all states. The measure is the share of the brackets that no c explains,
//
//	Symplecticity = min over k of Σ |k A - S_D|² / Σ |S_D|² = 1 - (Σ ⟨A, S_D⟩)² / (Σ |S_D|² Σ |A|²)
//
// summed over held-out states (at most 500), with true positions and momenta in units of their root mean square
// spread: one unit for all q and one for all p, since separate units would not be canonical. If it is 0 and d = D,
// the map is invertible near every state, and its inverse is symplectic too.
//
// Higgins et al. compare A Aᵀ, divided by the mean of its largest entries, with 1. That is blind to which coordinates
// are conjugate (A Aᵀ is 1 for the map that swaps q₂ and p₁), and it grows with the scales of coordinates that they
// standardise one by one; hence the form above. They fit by lasso and take the first degree with R² above 0.9 on the
// fitted states. But a linear map of one degree of freedom is always symplectic up to a factor, so MeasureSyMetric
// takes the degree that predicts best: among 1 to maxDegree (theirs is 5), with ridge regression, the lowest whose
// unexplained variance is within a tenth of the least. It fits half of the states, chooses degree and ridge on the
// next quarter, and computes R2 and Symplecticity on the last. Order the states by trajectory, so that these are
// other trajectories. If it chooses a linear map of one degree of freedom, the measure says nothing, and is marked
// Vacuous.
//
// The states must fill the space of true coordinates: give n bodies about their centre of mass by their relative
// coordinates. If learned states fill only a sheet of a larger space, the data do not determine f off the sheet, and
// the ridge keeps it flat there. Give angles unwrapped, or as other functions that are smooth along the data.
//
// NaN, too few states, or lengths that differ or are odd give NaN, and so do true coordinates that are constant.
func MeasureSyMetric(learned, truth [][]float64, maxDegree int) SyMetric {
	none := SyMetric{R2: math.NaN(), Symplecticity: math.NaN()}
	x, y := phaseSpace(learned), phaseSpace(truth)
	if x == nil || y == nil || len(learned) != len(truth) {
		return none
	}
	n, variables := x.Dims()
	_, outputs := y.Dims()
	fitted, chosen := n/2, n-n/4
	if fitted < 2*(variables+1) || n-chosen < 2 {
		return none
	}
	canonicalUnits(y)
	part := func(m *mat.Dense, from, to, columns int) *mat.Dense {
		return mat.DenseCopyOf(m.Slice(from, to, 0, columns))
	}
	testX, testY := part(x, chosen, n, variables), part(y, chosen, n, outputs)
	f, degree := bestPolynomial(part(x, 0, fitted, variables), part(y, 0, fitted, outputs),
		part(x, fitted, chosen, variables), part(y, fitted, chosen, outputs), maxDegree)
	if f == nil {
		return none
	}
	s := SyMetric{R2: explained(f.predict(testX), testY), Degree: degree, Vacuous: degree == 1 && variables == 2 && outputs == 2}
	var jacobians []*mat.Dense
	for i, stride := 0, 1+(n-chosen)/mostJacobians; i < n-chosen; i += stride {
		jacobians = append(jacobians, f.jacobian(testX.RawRowView(i)))
	}
	s.Symplecticity = symplecticity(jacobians)
	s.Holds = s.R2 > SyMetricR2 && s.Symplecticity < SyMetricLimit && !s.Vacuous
	return s
}

// phaseSpace returns the matrix of the states, or nil if they are not finite, or of different or odd lengths.
func phaseSpace(states [][]float64) *mat.Dense {
	if len(states) == 0 || len(states[0]) == 0 || len(states[0])%2 != 0 {
		return nil
	}
	m := mat.NewDense(len(states), len(states[0]), nil)
	for i, s := range states {
		if len(s) != len(states[0]) {
			return nil
		}
		for j, v := range s {
			if finite(v) == nil {
				return nil
			}
			m.Set(i, j, v)
		}
	}
	return m
}

// canonicalUnits divides all positions by one number, and all momenta by another, so that the mean of their variances
// is 1.
func canonicalUnits(y *mat.Dense) {
	n, columns := y.Dims()
	for half := range 2 {
		block := y.Slice(0, n, half*columns/2, (half+1)*columns/2).(*mat.Dense)
		sum := 0.0
		for j := range columns / 2 {
			sum += variance(mat.Col(nil, j, block))
		}
		if sum > 0 {
			block.Scale(math.Sqrt(float64(columns/2)/sum), block)
		}
	}
}

// Limits that bound the computing time.
const (
	mostTerms     = 500 // terms of a polynomial of degree 2 or more
	mostJacobians = 500
)

// bestPolynomial fits polynomials of rising degree to x and y, and returns the one that MeasureSyMetric describes,
// chosen on other states. It skips degrees above 1 with more terms than a quarter of the fitted states.
func bestPolynomial(x, y, otherX, otherY *mat.Dense, maxDegree int) (best *polynomial, degree int) {
	n, variables := x.Dims()
	var fits []*polynomial
	var scores []float64
	highest := math.Inf(-1)
	for d := 1; d <= maxDegree; d++ {
		most := min(n/4, mostTerms)
		if d == 1 {
			most = variables
		}
		terms := monomialTerms(variables, d, most)
		if terms == nil {
			break
		}
		r := newRegression(terms, x, y)
		var fit *polynomial
		score := math.Inf(-1)
		for _, ridge := range []float64{1e-8, 1e-6, 1e-4, 1e-2} {
			f := r.fit(ridge)
			if f == nil {
				continue
			}
			if s := explained(f.predict(otherX), otherY); s > score || math.IsNaN(s) {
				fit, score = f, s
			}
		}
		fits, scores = append(fits, fit), append(scores, score)
		highest = max(highest, score) // NaN if any score is
	}
	for i, s := range scores {
		if 1-s <= 1.1*(1-highest) || math.IsNaN(highest) {
			return fits[i], i + 1
		}
	}
	return nil, 0
}

// explained returns R², 1 - mean (y - prediction)² / variance of y, averaged over the columns.
func explained(prediction, y *mat.Dense) float64 {
	n, columns := y.Dims()
	sum := 0.0
	for j := range columns {
		residual := 0.0
		for i := range n {
			d := y.At(i, j) - prediction.At(i, j)
			residual += d * d
		}
		sum += 1 - residual/(float64(n)*variance(mat.Col(nil, j, y)))
	}
	return sum / float64(columns)
}

// symplecticity computes MeasureSyMetric's Symplecticity from the Jacobians [2D, 2d] at some states.
func symplecticity(jacobians []*mat.Dense) float64 {
	along, size, norm := 0.0, 0.0, 0.0
	for _, j := range jacobians {
		a := brackets(j)
		half, _ := a.Dims()
		half /= 2
		for r := range 2 * half {
			for c := range 2 * half {
				size += a.At(r, c) * a.At(r, c)
			}
		}
		for k := range half {
			along += a.At(k, k+half) - a.At(k+half, k)
		}
		norm += float64(2 * half)
	}
	return max(0, 1-along*along/(norm*size))
}

// brackets returns J S Jᵀ.
func brackets(j *mat.Dense) *mat.Dense {
	rows, columns := j.Dims()
	half := columns / 2
	q, p := j.Slice(0, rows, 0, half), j.Slice(0, rows, half, columns)
	var a, b mat.Dense
	a.Mul(q, p.T())
	b.Mul(p, q.T())
	a.Sub(&a, &b)
	return &a
}
