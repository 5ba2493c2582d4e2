package plots

import (
	"image/color"
	"math"
	"testing"
)

func TestBars(t *testing.T) {
	nan := math.NaN()
	groups := []string{"mass-spring", "pendulum", "two-body", "three-body", "double pendulum"}
	models := []Bar{
		{Name: "HGN, leapfrog", Mean: []float64{4.12, 7.85, 3.3, 8.8, 21}, Half: []float64{0.3, 0.5, 0.2, 0.9, 4}},
		{Name: "HGN, Euler", Mean: []float64{4.3, 8.6, 5.1, 9.4, 35}, Half: []float64{0.3, 0.6, 0.4, 1.1, 40}},
		{Name: "HNN on pixels", Mean: []float64{31, 66, 45, nan, 120}, Half: []float64{4, 9, nan, nan, 30}},
	}
	for name, log := range map[string]bool{"bars_log": true, "bars": false} {
		p, err := Bars(BarChart{Title: "Test error", Caption: "whiskers: 95% interval", Y: "pixel MSE × 10⁴", Groups: groups, LogY: log,
			References: []Mark{{69.7, "mean frame"}}}, models...)
		checked(t, name, p, err)
		for _, c := range []color.NRGBA{blue, vermillion, green} {
			if count(p.Image(), c) < 1000 {
				t.Errorf("%s: the colour %v hardly appears", name, c)
			}
		}
	}
	small, err := Bars(BarChart{Y: "variance ratio", Groups: groups[:2], LogY: true}, Bar{Name: "HGN", Mean: []float64{1.4e-6, 3.6e-5}}, Bar{Name: "Euler", Mean: []float64{2e-3, 0.04}})
	checked(t, "bars_small", small, err)
	signed, err := Bars(BarChart{Groups: []string{"a", "b"}}, Bar{Mean: []float64{-2, 3}, Half: []float64{0.5, 0.2}})
	checked(t, "bars_signed", signed, err)
}

// The areas of bars on a linear axis are as their values.
func TestBarHeights(t *testing.T) {
	p, err := Bars(BarChart{Groups: []string{"g"}}, Bar{Name: "a", Mean: []float64{1}}, Bar{Name: "b", Mean: []float64{3}})
	if err != nil {
		t.Fatal(err)
	}
	thumb := thumbWidth * 8 * Scale * Scale // in the legend
	a, b := count(p.Image(), blue)-thumb, count(p.Image(), vermillion)-thumb
	if ratio := float64(b) / float64(a); math.Abs(ratio-3) > 0.1 {
		t.Errorf("a bar of 3 is %.2f times one of 1", ratio)
	}
}

func TestBarLabel(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 7.849: "7.85", 31: "31.0", 123.4: "123", 0.0312: "0.0312", 1.44e-6: "1.4×10⁻⁶", -2.5: "−2.50", 12345: "1.2×10⁴"} {
		if got := barLabel(v); got != want {
			t.Errorf("%g is written %s, want %s", v, got, want)
		}
	}
}

func TestBarsErrors(t *testing.T) {
	nan := math.NaN()
	for want, f := range map[string]func() (*Picture, error){
		"at least one group":  func() (*Picture, error) { return Bars(BarChart{Groups: []string{"g"}}) },
		"one group and":       func() (*Picture, error) { return Bars(BarChart{}, Bar{}) },
		"2 values and 0 half": func() (*Picture, error) { return Bars(BarChart{Groups: []string{"g"}}, Bar{Mean: []float64{1, 2}}) },
		"1 values and 2 half": func() (*Picture, error) {
			return Bars(BarChart{Groups: []string{"g"}}, Bar{Mean: []float64{1}, Half: []float64{1, 2}})
		},
		"no positive one": func() (*Picture, error) {
			return Bars(BarChart{Groups: []string{"g"}, LogY: true}, Bar{Mean: []float64{-1}})
		},
		"no finite value": func() (*Picture, error) {
			return Bars(BarChart{Groups: []string{"g"}}, Bar{Mean: []float64{nan}}, Bar{Mean: []float64{nan}})
		},
	} {
		wantError(t, want, f)
	}
}

func TestAwkwardBars(t *testing.T) {
	values := []float64{0, 1, -1e99, math.NaN(), math.Inf(1), 5e-324}
	for _, a := range values {
		for _, b := range values {
			for _, log := range []bool{false, true} {
				Bars(BarChart{Groups: []string{"g"}, LogY: log, Width: 200, Height: 200, References: []Mark{{b, "r"}}}, Bar{Mean: []float64{a}, Half: []float64{b}})
				PerStep(Chart{LogY: log, Width: 200, Height: 200}, StepError{Mean: []float64{a, b}, Half: []float64{b, a}})
			}
			BodyPaths(Plane{Height: 200}, Body{X: [][]float64{{a, b}}, Y: [][]float64{{b, a}}})
		}
	}
}
