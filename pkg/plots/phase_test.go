package plots

import (
	"bytes"
	"math"
	"testing"

	"gonum.org/v1/plot/plotter"
)

func orbits(dt float64, n int, starts ...[2]float64) (q, p [][]float64) {
	for _, s := range starts {
		qs, ps := swing(s[0], s[1], dt, n)
		q, p = append(q, qs), append(p, ps)
	}
	return q, p
}

func pendulumField(n int) *Field {
	return FieldOf(pendulumEnergy, -math.Pi, math.Pi, -2.6, 2.6, n)
}

func TestPhasePortrait(t *testing.T) {
	fq, fp := orbits(0.125, 40, [2]float64{1.4, 0.2}, [2]float64{0, 1.1}, [2]float64{2.5, 0.3}, [2]float64{-3, 1.9})
	bq, bp := orbits(-0.125, 40, [2]float64{1.4, 0.2}, [2]float64{0, 1.1})
	p, err := PhasePortrait(Phase{Title: "Rollouts from the same states", X: "q (angle)", Circle: true, Field: pendulumField(80)},
		Orbits{Name: "forward", Q: fq, P: fp}, Orbits{Name: "backward", Q: bq, P: bp})
	checked(t, "phase", p, err)
	if count(p.Image(), blue) < 500 || count(p.Image(), vermillion) < 500 {
		t.Error("the rollouts hardly appear")
	}
	sq, sp := orbits(0.1, 30, [2]float64{0.3, 0.1}, [2]float64{0.6, 0.1})
	p, err = PhasePortrait(Phase{Title: "On a line"}, Orbits{Name: "true", Q: sq, P: sp}, Orbits{Name: "learned", Q: sp, P: sq})
	checked(t, "phase_line", p, err)
}

func TestOrbitsByEnergy(t *testing.T) {
	var energies []float64
	var starts [][2]float64
	for i := range 12 {
		s := [2]float64{0.25 * float64(i), 0.1 * float64(i)}
		starts = append(starts, s)
		energies = append(energies, pendulumEnergy(s[0], s[1]))
	}
	q, p := orbits(0.1, 60, starts...)
	pic, err := PhasePortrait(Phase{Title: "Orbits by energy", Circle: true, Field: pendulumField(60)}, Orbits{Name: "orbits", Q: q, P: p, Energy: energies})
	checked(t, "phase_energy", pic, err)
	glow := newRamp(24, emberControls...)
	if count(pic.Image(), glow[0]) == 0 || count(pic.Image(), glow[23]) < 200 {
		t.Error("the lowest or the highest energy's colour is missing")
	}
}

// A rotating pendulum passes the seam at pi: the line ends there and goes on at
// -pi with the same p, and no stretch spans the picture.
func TestCutAtSeam(t *testing.T) {
	q, p := swing(-3, 1.9, 0.125, 80)
	phase := Phase{Circle: true}
	segs, first, err := phase.orbits(Orbits{Q: [][]float64{q}, P: [][]float64{p}})
	if err != nil {
		t.Fatal(err)
	}
	if first[0][0].X != -3 {
		t.Errorf("the start is at %v", first[0][0])
	}
	turns := int(math.Floor((q[len(q)-1]+math.Pi)/(2*math.Pi))) - int(math.Floor((q[0]+math.Pi)/(2*math.Pi)))
	if turns < 2 || len(segs[0]) != turns+1 {
		t.Fatalf("%d stretches for %d passes of the seam", len(segs[0]), turns)
	}
	for i, s := range segs[0] {
		for k := 1; k < len(s); k++ {
			if d := math.Abs(s[k].X - s[k-1].X); d > 1 {
				t.Errorf("a step of %.2f in stretch %d", d, i)
			}
		}
		if i > 0 {
			end := segs[0][i-1][len(segs[0][i-1])-1]
			if end.X != math.Pi || s[0].X != -math.Pi || end.Y != s[0].Y {
				t.Errorf("stretch %d ends at %v, the next begins at %v", i-1, end, s[0])
			}
			// p at the seam follows from the energy there.
			if want := math.Sqrt(pendulumEnergy(-3, 1.9) - 3); math.Abs(end.Y-want) > 0.02 {
				t.Errorf("p at the seam is %.3f, want %.3f", end.Y, want)
			}
		}
	}
	back := cutAtSeam([]plotter.XYs{{{X: -3, Y: 1}, {X: 3, Y: 2}}})
	if len(back) != 2 || back[0][1].X != -math.Pi || back[1][0].X != math.Pi || math.Abs(back[0][1].Y-1.5) > 1e-12 {
		t.Errorf("backwards across the seam: %v", back)
	}
}

func TestWrapAngle(t *testing.T) {
	for a, want := range map[float64]float64{0: 0, math.Pi: math.Pi, -math.Pi: math.Pi, 3 * math.Pi: math.Pi, 4: 4 - 2*math.Pi, -40: -40 + 12*math.Pi} {
		if got := wrapAngle(a); math.Abs(got-want) > 1e-12 {
			t.Errorf("wrapAngle(%g) = %g, want %g", a, got, want)
		}
	}
}

func TestEnergyLandscape(t *testing.T) {
	field := pendulumField(80)
	fq, fp := orbits(0.125, 40, [2]float64{1.4, 0.2}, [2]float64{2.5, 0.3}, [2]float64{-3, 1.9})
	p, err := EnergyLandscape(Phase{Title: "Learned energy H(q, p)", Circle: true, Field: field}, Orbits{Name: "forward", Q: fq, P: fp})
	checked(t, "landscape", p, err)
	if count(p.Image(), blue) < 500 {
		t.Error("the rollout hardly appears")
	}
	// The area of each band's colour is the area of phase space between its
	// levels, counted on a fine grid; what lines cover is allowed for.
	p, err = EnergyLandscape(Phase{Field: field, Circle: true})
	checked(t, "landscape_bare", p, err)
	range_, _ := field.check()
	levels := range_.levels()
	colors := landscapeRamp(len(levels) + 1)
	counts := make([]int, len(colors))
	fine := pendulumField(400)
	for _, row := range fine.H {
		for _, h := range row {
			k := 0
			for k < len(levels) && h > levels[k] {
				k++
			}
			counts[k]++
		}
	}
	got, total := make([]int, len(colors)), 0
	for k, c := range colors {
		got[k] = count(p.Image(), c)
		total += got[k]
	}
	for k := range colors {
		share, want := float64(got[k])/float64(total), float64(counts[k])/160000
		if math.Abs(share-want) > 0.02+0.1*want {
			t.Errorf("band %d covers %.3f of the picture, want %.3f", k, share, want)
		}
	}
}

func TestRampDarkens(t *testing.T) {
	for _, n := range []int{1, 2, 12, 64} {
		for _, r := range []ramp{landscapeRamp(n), newRamp(n, emberControls...)} {
			if len(r) != n {
				t.Fatalf("%d colours, want %d", len(r), n)
			}
			last := 1000.0
			for i, c := range r {
				l := 0.2126*float64(c.R) + 0.7152*float64(c.G) + 0.0722*float64(c.B)
				if l >= last {
					t.Errorf("colour %d of %d is not darker than the one before", i, n)
				}
				last = l
			}
		}
	}
}

// Fields with holes, constant fields and infinities are drawn, holes white, and
// the same data give the same bytes.
func TestAwkwardFields(t *testing.T) {
	hole := FieldOf(func(q, p float64) float64 {
		switch {
		case math.Hypot(q, p) < 1:
			return math.NaN()
		case q > 2:
			return math.Inf(1)
		}
		return q*q + p*p
	}, -3, 3, -3, 3, 61)
	p, err := EnergyLandscape(Phase{Title: "With holes", Field: hole})
	checked(t, "landscape_holes", p, err)
	again, _ := EnergyLandscape(Phase{Title: "With holes", Field: hole})
	if !bytes.Equal(p.still.Pix, again.still.Pix) {
		t.Error("the same field gives two pictures")
	}
	for _, h := range []func(q, p float64) float64{
		func(q, p float64) float64 { return 3 }, func(q, p float64) float64 { return 0 },
		func(q, p float64) float64 { return 1e90 * q }, func(q, p float64) float64 { return 1e-90 * q },
		func(q, p float64) float64 { return 5 + 1e-14*q },
	} {
		p, err := EnergyLandscape(Phase{Field: FieldOf(h, -1, 1, -1, 1, 9), Width: 300, Height: 300})
		if err != nil {
			t.Fatal(err)
		}
		if edgeInk(p.still) > 0 {
			t.Error("labels of an awkward field are clipped")
		}
	}
}

func TestPhaseErrors(t *testing.T) {
	good := Orbits{Name: "g", Q: [][]float64{{1, 2}}, P: [][]float64{{1, 2}}}
	for want, f := range map[string]func() (*Picture, error){
		"at least one group":  func() (*Picture, error) { return PhasePortrait(Phase{}) },
		"no Field to draw":    func() (*Picture, error) { return EnergyLandscape(Phase{}, good) },
		"0 trajectories of q": func() (*Picture, error) { return PhasePortrait(Phase{}, Orbits{Name: "g"}) },
		"2 values of q and 1 of p": func() (*Picture, error) {
			return PhasePortrait(Phase{}, Orbits{Q: [][]float64{{1, 2}}, P: [][]float64{{1}}})
		},
		`"g, trajectory 0" has no value`: func() (*Picture, error) {
			return PhasePortrait(Phase{}, Orbits{Name: "g", Q: [][]float64{{math.NaN()}}, P: [][]float64{{1}}})
		},
		"2 energies for 1 trajectories": func() (*Picture, error) { g := good; g.Energy = []float64{1, 2}; return PhasePortrait(Phase{}, g) },
		"energy 0 of group": func() (*Picture, error) {
			g := good
			g.Energy = []float64{math.NaN()}
			return PhasePortrait(Phase{}, g)
		},
		"at least 2 x 2": func() (*Picture, error) { return EnergyLandscape(Phase{Field: &Field{}}) },
		"finite and ascending": func() (*Picture, error) {
			return EnergyLandscape(Phase{Field: &Field{Q: []float64{1, 1}, P: []float64{0, 1}}})
		},
		"0 rows of H for 2": func() (*Picture, error) {
			return EnergyLandscape(Phase{Field: &Field{Q: []float64{0, 1}, P: []float64{0, 1}}})
		},
		"row 1 of the energy field has 1": func() (*Picture, error) {
			return EnergyLandscape(Phase{Field: &Field{Q: []float64{0, 1}, P: []float64{0, 1}, H: [][]float64{{1, 2}, {3}}}})
		},
		"energy field has no finite": func() (*Picture, error) {
			return EnergyLandscape(Phase{Field: FieldOf(func(q, p float64) float64 { return math.NaN() }, 0, 1, 0, 1, 3)})
		},
	} {
		wantError(t, want, f)
	}
}

// The true Hamiltonian of a system with one degree of freedom and samples of it, as in Figure 5.
func TestTrueHamiltonian(t *testing.T) {
	spring := func(q, p float64) float64 { return q*q + p*p }
	var q, p [][]float64
	for i := range 6 {
		var qs, ps []float64
		for k := range 30 {
			a := 0.25*float64(k) + 1.7*float64(i)
			qs, ps = append(qs, (0.2+0.15*float64(i))*math.Cos(a)), append(ps, -(0.2+0.15*float64(i))*math.Sin(a))
		}
		q, p = append(q, qs), append(p, ps)
	}
	samples := Orbits{Name: "true trajectories", Q: q, P: p}
	pic, err := EnergyLandscape(Phase{Title: "Mass-spring, true H(q, p)", Field: FieldOf(spring, -1.3, 1.3, -1.3, 1.3, 100), Width: 420, Height: 380}, samples)
	checked(t, "true_spring", pic, err)
	if w, h := pic.Size(); w < h || count(pic.Image(), black) < 500 {
		t.Errorf("%d x %d, with %d black pixels", w, h, count(pic.Image(), black))
	}
	pq, pp := orbits(0.125, 30, [2]float64{1.4, 0.2}, [2]float64{0.4, 0.1}, [2]float64{-0.5, 1.9}, [2]float64{2.1, -0.3})
	pic, err = EnergyLandscape(Phase{Title: "Pendulum, true H(q, p)", Circle: true, Field: pendulumField(100), Width: 440, Height: 380}, Orbits{Name: "samples", Q: pq, P: pp})
	checked(t, "true_pendulum", pic, err)
}
