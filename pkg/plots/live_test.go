package plots

import (
	"image/color"
	"math"
	"testing"
)

func liveRun(steps int) Live {
	films := rollouts(32, 30)
	films[0].Label, films[1].Label = "target", "reconstruction"
	return Live{
		Title: "Training on the pendulum", Status: "step 2400 of 4700, 1 min 20 s left", Size: 32, Y: "pixel MSE × 10⁴",
		Loss:    []Series{{Name: "training", Y: lossCurve(steps, 7.5, 0.1, 1), Smooth: true}},
		Markers: []Mark{{0, "4 frames"}, {600, "8"}, {900, "12"}, {1200, "15 frames"}, {9000, "not reached"}},
		Films:   films[:2],
	}
}

func TestLive(t *testing.T) {
	l := liveRun(2400)
	p, err := l.Picture()
	checked(t, "live", p, err)
	if w, h := p.Size(); w != 860 || h != 300 {
		t.Errorf("%d x %d CSS pixels", w, h)
	}
	for _, c := range []color.NRGBA{blue, faded(blue, 0.35)} {
		if count(p.Image(), c) < 500 {
			t.Errorf("the loss in colour %v hardly appears", c)
		}
	}
	for _, f := range l.Films {
		if _, ok := findFrame(p.still, f.Frames[0], 32, 4); !ok {
			t.Errorf("the first frame of %q is not in the picture", f.Label)
		}
	}
	l.Films = rollouts(32, 30)[:4]
	l.Loss = append(l.Loss, Series{Name: "test", X: times(48, 50), Y: lossCurve(48, 8.4, 0.02, 2)})
	p, err = l.Picture()
	checked(t, "live_four", p, err)
	l.Films = nil
	p, err = l.Picture()
	checked(t, "live_curve", p, err)
}

// A run begins without a loss, and may break down.
func TestLiveWithoutLoss(t *testing.T) {
	l := liveRun(1)
	for name, loss := range map[string][]Series{
		"none": nil, "empty": {{Name: "training"}}, "nan": {{Y: []float64{math.NaN(), math.Inf(1), 0}}}, "one": {{Y: []float64{3}}},
	} {
		l.Loss = loss
		p, err := l.Picture()
		checked(t, "live_"+name, p, err)
	}
	l.Loss = []Series{{Name: "training", X: []float64{1, 2}, Y: []float64{1}}}
	if _, err := l.Picture(); err == nil {
		t.Error("two steps for one loss were accepted")
	}
}

func BenchmarkLive(b *testing.B) {
	l := liveRun(4700)
	for b.Loop() {
		p, err := l.Picture()
		if err != nil {
			b.Fatal(err)
		}
		if _, err := p.PNG(); err != nil {
			b.Fatal(err)
		}
	}
}

func TestGrid(t *testing.T) {
	a := somePicture(t)
	b, err := Curves(Chart{Title: "Another", Width: 520, Height: 440}, Series{X: []float64{1, 2, 3}, Y: []float64{1, 3, 2}})
	if err != nil {
		t.Fatal(err)
	}
	c, err := Compare(Strip{Size: 32, MaxFrames: 6}, rollouts(32, 6)[0].Frames, rollouts(32, 6)[1].Frames, 2)
	if err != nil {
		t.Fatal(err)
	}
	g, err := Grid(2, a, b, c)
	checked(t, "grid", g, err)
	w, h := g.Size()
	if w != 780+520 || h <= 440+100 {
		t.Errorf("the grid is %d x %d", w, h)
	}
	if count(g.Image(), blue) != count(a.Image(), blue)+count(b.Image(), blue) {
		t.Error("the grid changed its pictures")
	}
}
