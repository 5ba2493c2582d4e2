package plots

import (
	"math"
	"math/rand/v2"
	"testing"
)

// sound are many values of a normal sample, and a few far ones at the end.
func sound(far ...float64) []float64 {
	r := rand.New(rand.NewPCG(3, 4))
	var out []float64
	for range 300 {
		out = append(out, r.NormFloat64())
	}
	return append(out, far...)
}

// Far values of many widen neither the axes of a picture nor its scale of colours.
func TestFarValuesDoNotRulePictures(t *testing.T) {
	for _, far := range []float64{1e3, 1e9, -1e9, 1e99} {
		series := Series{Name: "a", Y: sound(far, -far), Smooth: true}
		f, err := (Chart{References: []Mark{{At: 7}}}).figure([]Series{series})
		if err != nil {
			t.Fatal(err)
		}
		if y := f.panels[0].Y; y.Min < -6 || y.Max < 7 || y.Max > 8 || f.caption != "2 far values are not shown" {
			t.Errorf("with %v the curve is drawn from %v to %v, %q", far, y.Min, y.Max, f.caption)
		}
		b, err := newBoard("", 1, []Panel{{Points: append(sound(), sound(far, 0, 0, far)...)}})
		if err != nil {
			t.Fatal(err)
		}
		if p := b.plots[0]; p.X.Min < -6 || p.X.Max > 6 || p.Y.Min < -6 || p.Y.Max > 6 {
			t.Errorf("with %v points are drawn from (%v, %v) to (%v, %v)", far, p.X.Min, p.Y.Min, p.X.Max, p.Y.Max)
		}
		field := FieldOf(func(q, p float64) float64 {
			if q == 0 && p == 0 {
				return far
			}
			return q + p
		}, -1, 1, -1, 1, 41)
		if e := field.shown(); e.lo != -2 || e.hi != 2 {
			t.Errorf("with a pole of %v colours stand for %v", far, e)
		}
		if top := field.summit(); top != 2 {
			t.Errorf("with a pole of %v the largest density is %v", far, top)
		}
	}
}

// What belongs to the data is not left out: a narrow peak of a density, the growth of a few values, a mark.
func TestWhatIsShownWhole(t *testing.T) {
	peak := make([]float64, 400)
	for i := range peak {
		peak[i] = math.Exp(-math.Pow(float64(i-200)/2, 2))
	}
	for name, s := range map[string]Series{"a peak": {Y: peak}, "few values": {Y: []float64{1, 10, 100, 1000}, Smooth: true}} {
		f, err := (Chart{}).figure([]Series{s})
		if err != nil {
			t.Fatal(err)
		}
		if top := f.panels[0].Y.Max; top < s.Y[len(s.Y)/2] || f.caption != "" {
			t.Errorf("%s: the axis ends at %v", name, top)
		}
	}
	narrow := FieldOf(func(q, p float64) float64 { return math.Exp(-(q*q + p*p) / (2 * 0.05 * 0.05)) }, -1, 1, -1, 1, 41)
	if top := narrow.summit(); top != 1 {
		t.Errorf("the summit of a narrow density is %v", top)
	}
}
