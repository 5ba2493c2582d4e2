package plots

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/plot/plotter"
)

func TestProfiles(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var q, p, k, v, kt, vt, dataQ, dataP []float64
	for i := range 121 {
		s := float64(i)/60 - 1
		q, p = append(q, s*math.Pi), append(p, s*2.4)
		vt = append(vt, 1.5*(1-math.Cos(s*math.Pi)))
		kt = append(kt, math.Pow(s*2.4, 2))
		v = append(v, 1.5*(1-math.Cos(s*math.Pi))+0.08*math.Pow(s, 4)*3+0.03*math.Sin(9*s))
		k = append(k, math.Pow(s*2.4, 2)*(1-0.06*s*s))
	}
	for range 4000 {
		dataQ, dataP = append(dataQ, 0.9*r.NormFloat64()), append(dataP, 0.7*r.NormFloat64())
	}
	kinetic := Profile{X: "p", Y: "K(p)", Data: dataP, Curves: []Series{{Name: "learned", X: p, Y: k}, {Name: "true", X: p, Y: kt}}}
	potential := Profile{X: "q", Y: "V(q)", Data: dataQ, Circle: true, Curves: []Series{{Name: "learned", X: q, Y: v}, {Name: "true", X: q, Y: vt}}}
	pic, err := Profiles("What the model learned", kinetic, potential)
	checked(t, "profiles", pic, err)
	if count(pic.Image(), purple) < 500 || count(pic.Image(), shadeGrey) < 5000 || count(pic.Image(), black) < 300 {
		t.Error("the learned or the true curve or the data hardly appear")
	}
	potential.Data, potential.Curves = nil, potential.Curves[:1]
	pic, err = Profiles("", potential)
	checked(t, "profiles_one", pic, err)
	if count(pic.Image(), shadeGrey) > 0 {
		t.Error("a histogram of no data")
	}
	wantError(t, "at least one panel", func() (*Picture, error) { return Profiles("") })
	wantError(t, "has no curve", func() (*Picture, error) { return Profiles("", Profile{Data: dataQ}) })
}

func TestHistogram(t *testing.T) {
	pr := Profile{Circle: true, Data: []float64{0.01, 0.01 + 2*math.Pi, 0.01, 3, math.NaN(), math.Inf(1)}}
	d := newHistogram(pr, -math.Pi, math.Pi)
	if d[bars/2] != 1 || math.Abs(d[bars-2]-1.0/3) > 1e-12 {
		t.Errorf("three values near 0 and one near 3 give %v", d)
	}
	if newHistogram(Profile{Data: []float64{5}}, 0, 1) != nil {
		t.Error("data out of range were counted")
	}
}

func TestScatter(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var x, y, calibrated []float64
	for range 500 {
		v := 0.3 + 2.2*r.Float64()
		x, y = append(x, v), append(y, -1.2+0.8*v+0.1*v*v+0.03*r.NormFloat64())
		calibrated = append(calibrated, v+0.01*r.NormFloat64())
	}
	p, err := Scatter(Cloud{Title: "Learned against true energy", X: "true energy", Y: "learned H"}, Series{Name: "test", X: x, Y: y})
	checked(t, "scatter", p, err)
	p, err = Scatter(Cloud{Title: "Two models, with a title that needs the whole width of it", X: "true energy", Y: "calibrated H", Diagonal: true},
		Series{Name: "circle", X: x, Y: calibrated}, Series{Name: "line", X: x, Y: y})
	checked(t, "scatter_two", p, err)
	p, err = Scatter(Cloud{Title: "A title as long as this one leaves no room beside", X: "true energy", Y: "H"}, Series{X: x, Y: make([]float64, len(x))})
	checked(t, "scatter_constant", p, err)
	wantError(t, "at least one group", func() (*Picture, error) { return Scatter(Cloud{}) })
	wantError(t, "3 x values and 1 y", func() (*Picture, error) { return Scatter(Cloud{}, Series{X: x[:3], Y: y[:1]}) })
}

func TestRankCorrelation(t *testing.T) {
	points := func(x, y []float64) (pts plotter.XYs) {
		for i := range x {
			pts = append(pts, plotter.XY{X: x[i], Y: y[i]})
		}
		return pts
	}
	x := []float64{3, 1, 4, 1.5, 9}
	rising, falling := make([]float64, 5), make([]float64, 5)
	for i, v := range x {
		rising[i], falling[i] = math.Exp(v), -v*v*v
	}
	if r, ok := rankCorrelation(points(x, rising)); !ok || math.Abs(r-1) > 1e-12 {
		t.Errorf("a rising map gives %g", r)
	}
	if r, ok := rankCorrelation(points(x, falling)); !ok || math.Abs(r+1) > 1e-12 {
		t.Errorf("a falling map gives %g", r)
	}
	// By hand: ranks of y with a tie are 0, 1.5, 1.5, 3; r = 4.5/sqrt(5*4.5).
	if r, _ := rankCorrelation(points([]float64{1, 2, 3, 4}, []float64{1, 5, 5, 7})); math.Abs(r-4.5/math.Sqrt(22.5)) > 1e-12 {
		t.Errorf("with a tie %g", r)
	}
	if _, ok := rankCorrelation(points(x, make([]float64, 5))); ok {
		t.Error("constant values have a rank correlation")
	}
}
