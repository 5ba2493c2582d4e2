package cost

import (
	"math"
	"strings"
	"testing"
)

// The line through values that lie on one is that line; one value that leaves it is named, with how far it is off.
func TestLineOf(t *testing.T) {
	x := []float64{1, 2, 4, 8}
	y := []float64{5, 7, 11, 19}
	if l := LineOf(x, y); math.Abs(l.A-3) > 1e-9 || math.Abs(l.B-2) > 1e-9 || math.Abs(l.Departs) > 1e-9 {
		t.Errorf("%+v", l)
	}
	y[3] = 38
	if l := LineOf(x, y); l.At != 8 || math.Abs(l.Departs-0.533) > 1e-3 {
		t.Errorf("%+v", l)
	}
	if l := LineOf(x[:1], y[:1]); math.Abs(l.A-5) > 1e-12 || l.B != 0 {
		t.Errorf("one value: %+v", l)
	}
}

// The table has a row for every training, also for one that failed, and a sentence for every axis; the picture can be drawn.
func TestSheetAndPicture(t *testing.T) {
	a := Axis{Name: "batch", What: "ms a step", Expect: "in proportion", Samples: []Sample{{X: 0.5, Failed: "too small"}, {X: 1, Time: 2, Memory: 100}, {X: 2, Time: 4, Memory: 110}, {X: 4, Failed: "too large"}}}
	a.Fit()
	text := Sheet("Cost", []Axis{a}).Text()
	for _, part := range []string{"batch: time", "too large", "110"} {
		if !strings.Contains(text, part) {
			t.Errorf("the table lacks %q:\n%s", part, text)
		}
	}
	p, err := Picture("Cost", []Axis{a})
	if err != nil {
		t.Fatal(err)
	}
	if w, h := p.Size(); w < 300 || h < 200 {
		t.Errorf("%d x %d", w, h)
	}
}
