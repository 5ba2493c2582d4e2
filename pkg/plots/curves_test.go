package plots

import (
	"math"
	"testing"
)

func TestCurves(t *testing.T) {
	train, test := lossCurve(2400, 7.6, 0.06, 1), lossCurve(48, 8.4, 0.02, 2)
	x := make([]float64, len(test))
	for i := range x {
		x[i] = float64(i) * 50
	}
	p, err := Curves(Chart{
		Title: "Training on the pendulum", X: "step", Y: "pixel MSE × 10⁴", LogY: true,
		Markers:    []Mark{{0, "4 frames"}, {600, "8 frames"}, {900, "12 frames"}, {1200, "15 frames each way"}},
		References: []Mark{{7.26, "noise floor 7.26"}, {69.7, "mean frame 69.7"}},
	}, Series{Name: "training", Y: train, Smooth: true}, Series{Name: "test", X: x, Y: test})
	if err != nil {
		t.Fatal(err)
	}
	look(t, "curves_log", p)

	ts := times(60, 0.125)
	mk := func(rate, offset float64) []float64 {
		y := make([]float64, len(ts))
		for i, v := range ts {
			y[i] = offset + rate*v*v + 0.3*math.Sin(3*v)
		}
		return y
	}
	low, high := mk(0.2, 1.5), mk(0.35, 4.5)
	p, err = Curves(Chart{Title: "Error along the rollout", X: "time", Y: "pixel MSE × 10⁴",
		References: []Mark{{7.26, "noise floor"}, {7.0, "close by"}}, Bands: []Band{{Name: "10-90 % of trajectories", X: ts, Low: low, High: high}}},
		Series{Name: "forward", X: ts, Y: mk(0.27, 3)}, Series{Name: "backward", X: ts, Y: mk(0.45, 3.4)},
		Series{Name: "double speed", X: ts, Y: mk(0.6, 3.2)}, Series{Name: "half speed", X: ts, Y: mk(0.2, 2.8)},
		Series{Name: "true", X: ts, Y: mk(0.02, 1)}, Series{Name: "learned", X: ts, Y: mk(0.05, 1.8)}, Series{Name: "another", X: ts, Y: mk(0.1, 8)})
	if err != nil {
		t.Fatal(err)
	}
	look(t, "curves_roles", p)
	_ = p
}
