package plots

import (
	"image"
	"testing"
)

// tilted is a field that rises with q and, ten times as steeply, with p.
func tilted() *Field {
	return FieldOf(func(q, p float64) float64 { return q + 10*p }, 0, 1, 0, 1, 21)
}

// darkness returns how dark a pixel is, 0 to 3 times 255.
func darkness(img image.Image, x, y int) uint32 {
	r, g, b, _ := img.At(x, y).RGBA()
	return 3*255 - (r+g+b)>>8
}

func TestBackdrop(t *testing.T) {
	img, err := tilted().Backdrop(60, 40, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := img.Bounds().Size(); got != image.Pt(60, 40) {
		t.Errorf("the backdrop has %v pixels", got)
	}
	// High energies are dark: p grows upwards.
	if darkness(img, 30, 1) <= darkness(img, 30, 38) {
		t.Error("the backdrop is upside down")
	}
	capped, err := tilted().Backdrop(60, 40, 5)
	if err != nil {
		t.Fatal(err)
	}
	if darkness(capped, 30, 1) != darkness(capped, 30, 14) || darkness(capped, 30, 1) <= darkness(capped, 30, 38) {
		t.Error("the colours do not end at the given energy")
	}
	if _, err := (&Field{}).Backdrop(4, 4, 0); err == nil {
		t.Error("a field without values has a backdrop")
	}
}

func TestMassLines(t *testing.T) {
	bump := FieldOf(func(q, p float64) float64 {
		if q*q+p*p < 0.25 {
			return 1
		}
		return 0
	}, -1, 1, -1, 1, 61)
	img, err := bump.MassLines(80, 80)
	if err != nil {
		t.Fatal(err)
	}
	ink := 0
	for x := range 80 {
		for y := range 80 {
			if _, _, _, a := img.At(x, y).RGBA(); a > 0 {
				ink++
				if d := (x-40)*(x-40) + (y-40)*(y-40); d < 15*15 || d > 25*25 {
					t.Fatalf("a line at (%d, %d), away from the edge of the disc", x, y)
				}
			}
		}
	}
	if ink == 0 {
		t.Error("there are no lines")
	}
	if _, err := (&Field{}).MassLines(4, 4); err == nil {
		t.Error("a field without values has lines")
	}
}
