package plots

import (
	"image/color"
	"math"
	"strings"
	"testing"
)

func TestCurves(t *testing.T) {
	train, test := lossCurve(2400, 7.6, 0.06, 1), lossCurve(48, 8.4, 0.02, 2)
	p, err := Curves(Chart{
		Title: "Training on the pendulum", X: "step", Y: "pixel MSE × 10⁴", LogY: true,
		Markers:    []Mark{{0, "4 frames"}, {600, "8 frames"}, {900, "12 frames"}, {1200, "15 frames each way"}},
		References: []Mark{{7.26, "noise floor 7.26"}, {69.7, "mean frame 69.7"}},
	}, Series{Name: "training", Y: train, Smooth: true}, Series{Name: "test", X: times(48, 50), Y: test})
	checked(t, "curves_log", p, err)
	for _, c := range []color.NRGBA{blue, faded(blue, 0.35), vermillion, softInk} {
		if count(p.Image(), c) < 100 {
			t.Errorf("the colour %v hardly appears", c)
		}
	}
}

func TestCurvesOfRoles(t *testing.T) {
	ts := times(60, 0.125)
	mk := func(rate, offset float64) []float64 {
		y := make([]float64, len(ts))
		for i, v := range ts {
			y[i] = offset + rate*v*v + 0.3*math.Sin(3*v)
		}
		return y
	}
	p, err := Curves(Chart{Title: "Error along the rollout", X: "time", Y: "pixel MSE × 10⁴",
		References: []Mark{{7.26, "noise floor"}, {7.0, "close by"}}},
		Series{Name: "forward", X: ts, Y: mk(0.27, 3)}, Series{Name: "backward", X: ts, Y: mk(0.45, 3.4)},
		Series{Name: "double speed", X: ts, Y: mk(0.6, 3.2)}, Series{Name: "half speed", X: ts, Y: mk(0.2, 2.8)},
		Series{Name: "true", X: ts, Y: mk(0.02, 1)}, Series{Name: "learned", X: ts, Y: mk(0.05, 1.8)}, Series{Name: "another", X: ts, Y: mk(0.1, 8)})
	checked(t, "curves_roles", p, err)
	for _, c := range []color.NRGBA{blue, vermillion, green, sky, black, purple, orange} {
		if count(p.Image(), c) < 100 {
			t.Errorf("the colour %v hardly appears", c)
		}
	}
}

// rowOf is the middle of the rows that hold a colour, as a share of the data
// area from its lower edge; the area is found by the axis lines.
func rowOf(t *testing.T, p *Picture, c color.NRGBA, yOfLow, yOfHigh color.NRGBA) float64 {
	t.Helper()
	mean := func(c color.NRGBA) float64 {
		sum, n := 0.0, 0
		b := p.Image().Bounds()
		for y := range b.Dy() {
			for x := range b.Dx() {
				if p.still.RGBAAt(x, y) == (color.RGBA{c.R, c.G, c.B, 255}) {
					sum += float64(y)
					n++
				}
			}
		}
		if n == 0 {
			t.Fatalf("no pixel has the colour %v", c)
		}
		return sum / float64(n)
	}
	low, high := mean(yOfLow), mean(yOfHigh)
	return (mean(c) - low) / (high - low)
}

// On a logarithmic axis 10 is half way from 1 to 100, on a linear one a tenth.
func TestAxisScales(t *testing.T) {
	level := func(v float64, c color.NRGBA) Series {
		return Series{Y: []float64{v, v, v}, Style: Style{Color: c}}
	}
	for _, log := range []bool{true, false} {
		p, err := Curves(Chart{LogY: log}, level(1, green), level(10, orange), level(100, vermillion))
		if err != nil {
			t.Fatal(err)
		}
		want := 9.0 / 99
		if log {
			want = 0.5
		}
		if got := rowOf(t, p, orange, green, vermillion); math.Abs(got-want) > 0.005 {
			t.Errorf("log %v: 10 is at %.3f of the way from 1 to 100, want %.3f", log, got, want)
		}
	}
}

func TestGapAtMissingValues(t *testing.T) {
	pixels := func(y []float64) int {
		p, err := Curves(Chart{}, Series{Name: "forward", Y: y})
		if err != nil {
			t.Fatal(err)
		}
		return count(p.Image(), blue)
	}
	y := make([]float64, 101)
	whole := pixels(y)
	for i := 30; i < 60; i++ {
		y[i] = math.NaN()
	}
	if got := float64(pixels(y)) / float64(whole); math.Abs(got-0.69) > 0.02 {
		t.Errorf("with 31 of 100 steps missing %.2f of the line is drawn", got)
	}
}

func TestSmooth(t *testing.T) {
	y := lossCurve(4000, 7, 0.2, 9)
	segs, err := segments("loss", nil, y, false, true)
	if err != nil {
		t.Fatal(err)
	}
	s := smooth(segs, true)[0]
	late := 0.0
	for _, p := range s[3500:] {
		late = math.Max(late, math.Abs(math.Log(p.Y/7.1)))
	}
	if late > 0.1 {
		t.Errorf("after smoothing the loss still strays by %.2f", late)
	}
	flat := smooth(segs[:0], true)
	if len(flat) != 0 {
		t.Error("nothing became something")
	}
}

func TestEnergyAlong(t *testing.T) {
	qs, ps := swing(1.6, 0.3, 0.125, 60)
	ts := times(60, 0.125)
	truth := make([]float64, 60)
	for i := range truth {
		truth[i] = pendulumEnergy(qs[i], ps[i])
	}
	mk := func(wobble, phase float64) []float64 {
		out := make([]float64, len(qs))
		for i := range out {
			out[i] = truth[i] * (1 + wobble*math.Sin(float64(i)*0.4+phase))
		}
		return out
	}
	p, err := EnergyAlong(Chart{Title: "Energy along rollouts"}, Series{X: ts, Y: truth},
		Series{Name: "learned H, forward", X: ts, Y: mk(0.01, 0)}, Series{Name: "learned H, backward", X: ts, Y: mk(0.016, 1)},
		Series{Name: "learned H, double speed", X: ts, Y: mk(0.02, 2)}, Series{Name: "learned H, half speed", X: ts, Y: mk(0.005, 3)})
	checked(t, "energy", p, err)
	for _, c := range []color.NRGBA{blue, vermillion, green, sky, black} {
		if count(p.Image(), c) < 100 {
			t.Errorf("the colour %v hardly appears", c)
		}
	}
	// Rounding errors on a conserved energy look flat, not like a mountain.
	flat := mk(1e-9, 0)
	p, err = EnergyAlong(Chart{}, Series{}, Series{Name: "forward", X: ts, Y: flat})
	checked(t, "energy_flat", p, err)
	rows := map[int]bool{}
	for y := range p.still.Rect.Dy() {
		for x := range p.still.Rect.Dx() {
			if p.still.RGBAAt(x, y) == (color.RGBA{blue.R, blue.G, blue.B, 255}) {
				rows[y] = true
			}
		}
	}
	if len(rows) > 6 {
		t.Errorf("an energy constant to 1e-9 covers %d pixel rows", len(rows))
	}
}

func TestCurvesErrors(t *testing.T) {
	nan := math.NaN()
	for want, f := range map[string]func() (*Picture, error){
		"at least one series":       func() (*Picture, error) { return Curves(Chart{}) },
		`"a" is empty`:              func() (*Picture, error) { return Curves(Chart{}, Series{Name: "a"}) },
		"1 x values and 2 y values": func() (*Picture, error) { return Curves(Chart{}, Series{X: []float64{1}, Y: []float64{1, 2}}) },
		`"a" has no value that is finite`: func() (*Picture, error) {
			return Curves(Chart{}, Series{Name: "a", Y: []float64{nan, math.Inf(1)}})
		},
		"on the logarithmic axis, positive": func() (*Picture, error) {
			return Curves(Chart{LogY: true}, Series{Name: "a", Y: []float64{0, -1}})
		},
		"EnergyAlong": func() (*Picture, error) { return EnergyAlong(Chart{}, Series{}) },
	} {
		wantError(t, want, f)
	}
}

// wantError checks for an error of one sentence that contains a text.
func wantError(t *testing.T, want string, f func() (*Picture, error)) {
	t.Helper()
	p, err := f()
	if err == nil || p != nil {
		t.Errorf("no error with %q", want)
		return
	}
	if s := err.Error(); !strings.HasPrefix(s, "plots: ") || !strings.Contains(s, want) || strings.Contains(s, "\n") {
		t.Errorf("error %q, want one line with %q", s, want)
	}
}

// No data make gonum panic: every pair of awkward values, on both scales.
func TestAwkwardValues(t *testing.T) {
	values := []float64{0, 1, -1e99, math.NaN(), math.Inf(1), 1e308, 5e-324, 1e-99, 1 + 1e-15}
	for _, a := range values {
		for _, b := range values {
			y := []float64{a, b}
			for _, log := range []bool{false, true} {
				c := Chart{Width: 200, Height: 200, LogY: log, Markers: []Mark{{a, "m"}}, References: []Mark{{b, "r"}}}
				Curves(c, Series{Name: "awkward", X: []float64{b, a}, Y: y, Smooth: true})
			}
			BodyPaths(Plane{Height: 200}, Body{X: [][]float64{y}, Y: [][]float64{{b, a}}})
			Profiles("", Profile{Curves: []Series{{X: y, Y: y}}, Data: y, Circle: true})
			PhasePortrait(Phase{Width: 200, Height: 200, Circle: true}, Orbits{Q: [][]float64{y}, P: [][]float64{{b, a}}, Energy: []float64{a}})
		}
	}
}
