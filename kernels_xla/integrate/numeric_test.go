package integrate_test

import "math"

// distance is the largest absolute difference of two vectors; a NaN anywhere makes it infinite, so
// that no threshold passes.
func distance(x, y []float64) float64 {
	if len(x) != len(y) {
		return math.Inf(1)
	}
	worst := 0.0
	for i := range x {
		d := math.Abs(x[i] - y[i])
		if math.IsNaN(d) {
			return math.Inf(1)
		}
		worst = max(worst, d)
	}
	return worst
}

// slope is that of the least-squares line through the points (x, y).
func slope(x, y []float64) float64 {
	var mx, my, xy, xx float64
	for i := range x {
		mx, my = mx+x[i]/float64(len(x)), my+y[i]/float64(len(x))
	}
	for i := range x {
		xy += (x[i] - mx) * (y[i] - my)
		xx += (x[i] - mx) * (x[i] - mx)
	}
	return xy / xx
}

// stencil gives the central difference of fourth order: f'(x) ≈ Σ weight·f(x + shift·h)/h.
var stencil = []struct{ shift, weight float64 }{{-2, 1. / 12}, {-1, -2. / 3}, {1, 2. / 3}, {2, -1. / 12}}

// determinant is computed by elimination with partial pivoting; m is overwritten.
func determinant(m [][]float64) float64 {
	det := 1.0
	for c := range m {
		pivot := c
		for r := c; r < len(m); r++ {
			if math.Abs(m[r][c]) > math.Abs(m[pivot][c]) {
				pivot = r
			}
		}
		if pivot != c {
			m[c], m[pivot] = m[pivot], m[c]
			det = -det
		}
		det *= m[c][c]
		for r := c + 1; r < len(m); r++ {
			f := m[r][c] / m[c][c]
			for k := c; k < len(m); k++ {
				m[r][k] -= f * m[c][k]
			}
		}
	}
	return det
}

// symplecticity is the largest entry of |JᵀΩJ - Ω|, where Ω pairs coordinate i with momentum d+i.
func symplecticity(j [][]float64) float64 {
	n := len(j)
	d := n / 2
	worst := 0.0
	for a := range n {
		for b := range n {
			var form, omega float64
			for i := range d {
				form += j[i][a]*j[d+i][b] - j[d+i][a]*j[i][b]
			}
			switch b - a {
			case d:
				omega = 1
			case -d:
				omega = -1
			}
			worst = max(worst, math.Abs(form-omega))
		}
	}
	return worst
}
