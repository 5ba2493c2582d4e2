package figures

import (
	"math"
	"testing"

	"hgn.local/gomlx_models/points"
	"hgn.local/pkg/density"
	"hgn.local/pkg/physics"
)

func TestCaptionNamesChangedConstants(t *testing.T) {
	twice := physics.Pendulum()
	twice.PotentialFactor = 2
	if got := caption(twice); got != "Pendulum, potential factor = 2" {
		t.Errorf("the caption is %q", got)
	}
	if got := caption(physics.TwoBody()); got != "Two body" {
		t.Errorf("the caption is %q", got)
	}
}

func TestColumnsAreEven(t *testing.T) {
	for n, want := range map[int]int{1: 1, 6: 6, 8: 8, 9: 5, 20: 7} {
		if got := columns(n); got != want {
			t.Errorf("%d films are laid out in %d columns, want %d", n, got, want)
		}
	}
}

// TestSurfaceOfTarget holds the mass of a target, exact and estimated, in the part that pictures show.
func TestSurfaceOfTarget(t *testing.T) {
	target, err := density.Named("two_moons")
	if err != nil {
		t.Fatal(err)
	}
	s := NewSurface("two_moons", target)
	exact, err := s.Field()
	if err != nil {
		t.Fatal(err)
	}
	estimated, err := s.Estimate(s.Points)
	if err != nil {
		t.Fatal(err)
	}
	cell := (s.High[0] - s.Low[0]) * (s.High[1] - s.Low[1]) / (targetGrid - 1) / (targetGrid - 1)
	var masses, apart float64
	for i, row := range exact.H {
		for j, v := range row {
			masses += v * cell
			apart += math.Abs(v-estimated.H[i][j]) * cell
		}
	}
	if math.Abs(masses-1) > 0.01 || apart > 0.25 {
		t.Errorf("the exact density holds %.3f, and the estimate differs from it by %.3f of the mass", masses, apart)
	}
}

// TestInterpolateStepsIsStraight checks where the animation puts points between two leapfrog steps.
func TestInterpolateStepsIsStraight(t *testing.T) {
	qs := []points.Points{{X: []float64{0, 0}, Dim: 2}, {X: []float64{2, -4}, Dim: 2}}
	if got := between(qs, 0, 0.25); got[0] != 0.5 || got[1] != -1 {
		t.Errorf("a quarter of the way is %v", got)
	}
	if got := between(qs, 1, 0); got[0] != 2 || got[1] != -4 {
		t.Errorf("the end is %v", got)
	}
}

// A point becomes a picture row by row, from black to white, in the middle of a grey square.
func TestPointsBecomePictures(t *testing.T) {
	e := easel{[2]int{1, 3}, -1, 1}
	frame := e.frame([]float64{-1, 0, 5})
	want := []uint8{128, 128, 128, 0, 128, 255, 128, 128, 128}
	for i, v := range want {
		if got := frame[3*i : 3*i+3]; got[0] != v || got[1] != v || got[2] != v {
			t.Errorf("pixel %d is %v, want %d", i, got, v)
		}
	}
}
