package phase_test

import (
	"slices"
	"testing"

	. "github.com/gomlx/gomlx/core/graph"

	"hgn.local/kernels_xla/phase"
)

func TestReversed(t *testing.T) {
	q, p := normal(batch*dim, 3), normal(batch*dim, 4)
	got := compile(t, func(s phase.State) []*Node {
		r := s.Reversed()
		return []*Node{r.Q, r.P}
	}, batch, dim)(q, p)
	near(t, "q", got[0], q, 0)
	near(t, "p", got[1], negated(p), 0)
}

func TestConcat(t *testing.T) {
	q, p := normal(batch*dim, 3), normal(batch*dim, 4)
	got := compile(t, func(s phase.State) []*Node {
		c := phase.Concat(s, s.Reversed(), s)
		if want := []int{3 * batch, dim}; !slices.Equal(c.Q.Shape().Dimensions, want) {
			t.Errorf("three states of %d rows together have shape %s, want %v", batch, c.Q.Shape(), want)
		}
		return []*Node{c.Q, c.P}
	}, batch, dim)(q, p)
	near(t, "q", got[0], slices.Concat(q, q, q), 0)
	near(t, "p", got[1], slices.Concat(p, negated(p), p), 0)
}

// Energy is the sum of the two parts, one value a row.
func TestSumEnergy(t *testing.T) {
	q, p := normal(batch*dim, 3), normal(batch*dim, 4)
	got := compile(t, func(s phase.State) []*Node {
		return []*Node{separable.Energy(s), separable.Kinetic(s.P), separable.Potential(s.Q)}
	}, batch, dim)(q, p)
	want := make([]float64, batch)
	for i := range want {
		want[i] = got[1][i] + got[2][i]
	}
	near(t, "H", got[0], want, 1e-14)
}
