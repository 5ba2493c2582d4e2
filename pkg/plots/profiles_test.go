package plots

import (
	"math"
	"math/rand/v2"
	"testing"
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
