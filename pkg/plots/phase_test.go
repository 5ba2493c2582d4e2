package plots

import (
	"math"
	"testing"
)

func orbits(dt float64, n int, starts ...[2]float64) (q, p [][]float64) {
	for _, s := range starts {
		qs, ps := swing(s[0], s[1], dt, n)
		q, p = append(q, qs), append(p, ps)
	}
	return q, p
}

func TestPhasePortrait(t *testing.T) {
	field := FieldOf(pendulumEnergy, -math.Pi, math.Pi, -2.6, 2.6, 80)
	fq, fp := orbits(0.125, 40, [2]float64{1.4, 0.2}, [2]float64{0, 1.1}, [2]float64{2.5, 0.3}, [2]float64{-3, 1.9})
	bq, bp := orbits(-0.125, 40, [2]float64{1.4, 0.2}, [2]float64{0, 1.1})
	pic, err := PhasePortrait(Phase{Title: "Rollouts from the same states", X: "q (angle)", Circle: true, Field: field},
		Orbits{Name: "forward", Q: fq, P: fp}, Orbits{Name: "backward", Q: bq, P: bp})
	if err != nil {
		t.Fatal(err)
	}
	look(t, "phase", pic)

	var energies []float64
	var starts [][2]float64
	for i := range 12 {
		s := [2]float64{0.25 * float64(i), 0.1 * float64(i)}
		starts = append(starts, s)
		energies = append(energies, pendulumEnergy(s[0], s[1]))
	}
	eq, ep := orbits(0.1, 60, starts...)
	pic, err = PhasePortrait(Phase{Title: "Orbits by energy", Circle: true, Field: field}, Orbits{Name: "orbits", Q: eq, P: ep, Energy: energies})
	if err != nil {
		t.Fatal(err)
	}
	look(t, "phase_energy", pic)

	sq, sp := orbits(0.1, 30, [2]float64{0.3, 0.1}, [2]float64{0.6, 0.1})
	pic, err = PhasePortrait(Phase{Title: "On a line"}, Orbits{Name: "true", Q: sq, P: sp}, Orbits{Name: "learned", Q: sp, P: sq})
	if err != nil {
		t.Fatal(err)
	}
	look(t, "phase_line", pic)

	pic, err = EnergyLandscape(Phase{Title: "Learned energy H(q, p)", Circle: true, Field: field, FieldLabel: "learned H"},
		Orbits{Name: "forward", Q: fq, P: fp}, Orbits{Name: "backward", Q: bq, P: bp})
	if err != nil {
		t.Fatal(err)
	}
	look(t, "landscape", pic)
}
