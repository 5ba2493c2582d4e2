package training

import (
	"math"
	"testing"
	"time"
)

// The first steps after a start, which are slow, are soon forgotten, and a quarter of a training is remembered.
func TestSlowStartIsForgotten(t *testing.T) {
	const steps = 1000
	var p pace
	now := time.Unix(0, 0)
	for step := range steps {
		took := 10 * time.Millisecond
		if step < 20 {
			took = 80 * time.Millisecond
		}
		p.step(now, now.Add(took), "stage", steps)
		now = now.Add(took)
		left := steps - step - 1
		if step == 100 {
			want := float64(left) * 0.01
			if got := p.left([]stretch{{stage: "stage", steps: left}}, 0).Seconds(); math.Abs(got/want-1) > 0.01 {
				t.Errorf("after a tenth, %.2f s are said to be left instead of %.2f", got, want)
			}
		}
	}
	if n := len(*p.stages["stage"]); n != steps/paceShare {
		t.Errorf("%d steps are remembered", n)
	}
}
