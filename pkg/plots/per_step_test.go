package plots

import (
	"image/color"
	"math"
	"testing"
)

// grown is an error that grows along a rollout, with a half width of its interval.
func grown(n int, first, rate, spread float64) (mean, half []float64) {
	for t := range n {
		m := first * math.Exp(rate*float64(t)) * (1 + 0.08*math.Sin(float64(t)))
		mean, half = append(mean, m), append(half, spread*m)
	}
	return mean, half
}

func TestPerStep(t *testing.T) {
	hgn, hgnHalf := grown(60, 7.4, 0.004, 0.06)
	euler, eulerHalf := grown(60, 7.9, 0.012, 0.09)
	hnn, hnnHalf := grown(60, 9, 0.04, 0.15)
	models := []StepError{{Name: "HGN, leapfrog", Mean: hgn, Half: hgnHalf}, {Name: "HGN, Euler", Mean: euler, Half: eulerHalf},
		{Name: "HNN on pixels", Mean: hnn, Half: hnnHalf}, {Name: "HGN, deterministic", Mean: hgn[:30]}}
	for name, log := range map[string]bool{"per_step_log": true, "per_step": false} {
		p, err := PerStep(Chart{Title: "Error per frame, test videos", Y: "pixel MSE × 10⁴", LogY: log, Markers: []Mark{{29, "trained to here"}},
			References: []Mark{{69.7, "mean frame"}, {7.26, "noise floor"}}}, models...)
		checked(t, name, p, err)
		for _, c := range []color.NRGBA{blue, vermillion, green, purple} {
			if count(p.Image(), c) < 100 {
				t.Errorf("%s: the colour %v hardly appears", name, c)
			}
		}
	}
	one, err := PerStep(Chart{}, models[3])
	checked(t, "per_step_one", one, err)
}

// An interval that reaches below 0 is cut on a logarithmic axis, and none widens it to 0.
func TestPerStepWideInterval(t *testing.T) {
	p, err := PerStep(Chart{LogY: true}, StepError{Name: "wide", Mean: []float64{2, 3, 4}, Half: []float64{5, math.NaN(), 1}})
	checked(t, "per_step_wide", p, err)
	if n := countBand(p, blue); n < 1000 {
		t.Errorf("the band has %d pixels", n)
	}
	if _, err := PerStep(Chart{LogY: true}, StepError{Mean: []float64{2}, Half: []float64{math.NaN()}}); err != nil {
		t.Errorf("without any interval: %v", err)
	}
}

func TestPerStepErrors(t *testing.T) {
	for want, f := range map[string]func() (*Picture, error){
		"at least one model": func() (*Picture, error) { return PerStep(Chart{}) },
		"2 means and 1 half widths": func() (*Picture, error) {
			return PerStep(Chart{}, StepError{Mean: []float64{1, 2}, Half: []float64{1}})
		},
		`"a" is empty`: func() (*Picture, error) { return PerStep(Chart{}, StepError{Name: "a"}) },
		"1 x values and 2 y values": func() (*Picture, error) {
			return PerStep(Chart{}, StepError{Time: []float64{1}, Mean: []float64{1, 2}})
		},
		"the logarithmic axis, positive": func() (*Picture, error) { return PerStep(Chart{LogY: true}, StepError{Mean: []float64{-1}}) },
	} {
		wantError(t, want, f)
	}
}
