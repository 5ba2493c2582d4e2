package integrate_test

import (
	"math"
	"slices"
	"testing"

	"hgn.local/kernels_xla/integrate"
)

// The Jacobian J of a map of several steps keeps the symplectic form, JᵀΩJ = Ω, and so phase-space
// volume, |det J| = 1, if and only if the integrator is declared symplectic.
func TestSymplectic(t *testing.T) {
	const steps, dt = 8, 0.2
	eachPair(t, func(t *testing.T, in integrate.Integrator, s system) {
		j := jacobian(t, compile(t, in, s, steps), dt, steps)
		form := symplecticity(j)
		volume := math.Abs(math.Abs(determinant(j)) - 1)
		if in.Symplectic() && !(form < 1e-8 && volume < 1e-8) {
			t.Errorf("|JᵀΩJ - Ω| = %.2g, ||det J| - 1| = %.2g, but it is declared symplectic", form, volume)
		}
		if !in.Symplectic() && (form < 1e-7 || volume < 1e-7) {
			t.Errorf("|JᵀΩJ - Ω| = %.2g, ||det J| - 1| = %.2g, but it is declared not symplectic", form, volume)
		}
	})
}

// jacobian differentiates the flow from one start by finite differences, all of them in one batch.
// Rows and columns are the positions, then the momenta.
func jacobian(t *testing.T, prog *program, dt float64, steps int) [][]float64 {
	t.Helper()
	const h = 1e-3
	d := prog.dim
	q, p := prog.starts(1)
	start := slices.Concat(q, p)
	var qs, ps []float64
	for i := range start {
		for _, s := range stencil {
			moved := slices.Clone(start)
			moved[i] += s.shift * h
			qs, ps = append(qs, moved[:d]...), append(ps, moved[d:]...)
		}
	}
	qEnd, pEnd := prog.flow(t, qs, ps, dt, steps)
	ends, endsP := rows(qEnd, d), rows(pEnd, d)
	j := make([][]float64, 2*d)
	for r := range j {
		j[r] = make([]float64, 2*d)
		for c := range j[r] {
			for k, s := range stencil {
				end := slices.Concat(ends[c*len(stencil)+k], endsP[c*len(stencil)+k])
				j[r][c] += s.weight * end[r] / h
			}
		}
	}
	return j
}
