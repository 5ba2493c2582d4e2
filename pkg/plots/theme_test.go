package plots

import (
	"image/color"
	"math"
	"testing"

	"golang.org/x/image/font/sfnt"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
)

func TestStyleOf(t *testing.T) {
	for name, want := range map[string]color.NRGBA{
		"forward": blue, "Backward rollout": vermillion, "double speed": green, "half": sky,
		"true energy": black, "Ground truth": black, "learned H": purple,
		"learned H, backward": vermillion, "learned forward": blue,
	} {
		if s, ok := StyleOf(name); !ok || s.Color != want {
			t.Errorf("%q: %v, %v, want %v", name, s.Color, ok, want)
		}
	}
	for _, name := range []string{"", "training", "untrue", "halfway", "straightforward"} {
		if s, ok := StyleOf(name); ok {
			t.Errorf("%q was taken for a role: %v", name, s)
		}
	}
}

func TestStylesAreDistinct(t *testing.T) {
	names := []string{"a", "forward", "b", "backward", "c", "true", "d"}
	seen := map[color.NRGBA]string{}
	for i, s := range stylesFor(names) {
		if other, taken := seen[s.Color]; taken {
			t.Errorf("%q and %q share the colour %v", names[i], other, s.Color)
		}
		seen[s.Color] = names[i]
	}
	for i, s := range stylesFor(make([]string, 40)) {
		if s.isZero() {
			t.Errorf("series %d of 40 has no style", i)
		}
	}
}

func TestSuperscripts(t *testing.T) {
	if got := superscript(-120); got != "⁻¹²⁰" {
		t.Errorf("superscript(-120) = %q", got)
	}
	if superscript(0) != "⁰" || superscript(7) != "⁷" {
		t.Error("superscript of 0 or 7")
	}
	sty := writing(12, ink, false)
	plain, raised := sty.Width("103"), sty.Width("10³")
	if !(raised < plain && raised > sty.Width("10")) {
		t.Errorf("10³ is %v wide, 103 %v", raised, plain)
	}
	// Every character the package writes by itself has a glyph.
	var buf sfnt.Buffer
	for _, bold := range []bool{false, true} {
		f := writing(12, ink, bold).Font
		face := font.DefaultCache.Lookup(f, f.Size)
		for _, r := range "0123456789−+×π/.,<>H(q)" {
			if i, err := face.Face.GlyphIndex(&buf, r); err != nil || i == 0 {
				t.Errorf("%s has no glyph for %q", face.Name(), r)
			}
		}
	}
}

func TestFitShrinksLongText(t *testing.T) {
	sty := writing(20, ink, true)
	long := "a title that is a good deal longer than the room it has"
	if w := fit(sty, long, 400).Width(long); w > 400*(1+1e-9) {
		t.Errorf("%v wide in a room of 400", w)
	}
	if got := fit(sty, "short", 400).Font.Size; got != 20 {
		t.Errorf("short text was made %v", got)
	}
	if got := fit(sty, long, 1).Font.Size; got != 10 {
		t.Errorf("text in no room has size %v, want half", got)
	}
}

func TestLinearTicks(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		want   []string
	}{
		{0, 1, []string{"0", "0.2", "0.4", "0.6", "0.8", "1.0"}},
		{-2.5, 2.5, []string{"−2", "−1", "0", "1", "2"}},
		{0, 400000, []string{"0", "1×10⁵", "2×10⁵", "3×10⁵", "4×10⁵"}},
		{0, 2.1e-5, []string{"0", "0.5×10⁻⁵", "1.0×10⁻⁵", "1.5×10⁻⁵", "2.0×10⁻⁵"}},
		{1.00001, 1.00002, []string{"1.000010", "1.000012", "1.000014", "1.000016", "1.000018", "1.000020"}},
	} {
		var got []string
		for _, tick := range (linearTicks{want: 5}).Ticks(c.lo, c.hi) {
			got = append(got, tick.Label)
		}
		if len(got) != len(c.want) {
			t.Errorf("[%g, %g]: %q, want %q", c.lo, c.hi, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("[%g, %g]: %q, want %q", c.lo, c.hi, got, c.want)
				break
			}
		}
	}
}

// Over all magnitudes: labelled ticks are in range, all different, and neither
// too few nor too many.
func TestTicksEverywhere(t *testing.T) {
	check := func(kind string, lo, hi float64, labels map[string]bool, n int) {
		if len(labels) != n {
			t.Errorf("%s [%g, %g]: labels repeat: %v", kind, lo, hi, labels)
		}
		if n < 2 || n > 12 {
			t.Errorf("%s [%g, %g]: %d labels", kind, lo, hi, n)
		}
	}
	for e := -95.0; e <= 95; e += 0.37 {
		for _, width := range []float64{1e-6, 0.03, 1, 3.3} {
			lo := math.Pow(10, e)
			hi := lo * (1 + width)
			labels, n := map[string]bool{}, 0
			for _, tick := range (linearTicks{want: 6}).Ticks(lo, hi) {
				if tick.Value < lo*(1-1e-9) || tick.Value > hi*(1+1e-9) {
					t.Errorf("tick %g outside [%g, %g]", tick.Value, lo, hi)
				}
				labels[tick.Label] = true
				n++
			}
			check("linear", lo, hi, labels, n)
		}
		for _, decades := range []float64{0.1, 0.6, 1.4, 3, 11, 60} {
			lo := math.Pow(10, e)
			hi := lo * math.Pow(10, decades)
			labels, n := map[string]bool{}, 0
			for _, tick := range (logTicks{}).Ticks(lo, hi) {
				if !tick.IsMinor() {
					labels[tick.Label] = true
					n++
				}
			}
			check("log", lo, hi, labels, n)
		}
	}
}

func TestThinKeepsExtremes(t *testing.T) {
	pts := make(plotter.XYs, 50000)
	for i := range pts {
		pts[i] = plotter.XY{X: float64(i) / 100, Y: math.Sin(float64(i) * 1.7)}
	}
	pts[31234].Y = 9
	out := thin(pts)
	if len(out) > 6400 || out[0] != pts[0] || out[len(out)-1] != pts[len(pts)-1] {
		t.Errorf("%d points left of %d", len(out), len(pts))
	}
	top := 0.0
	for i, p := range out {
		top = max(top, p.Y)
		if i > 0 && p.X < out[i-1].X {
			t.Fatal("points are out of order")
		}
	}
	if top != 9 {
		t.Error("the peak was lost")
	}
}
