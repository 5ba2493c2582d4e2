package plots

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestEnergyAlong(t *testing.T) {
	qs, ps := swing(1.6, 0.3, 0.125, 60)
	ts := times(60, 0.125)
	truth := make([]float64, 60)
	mk := func(wobble, phase float64) []float64 {
		out := make([]float64, len(qs))
		for i := range out {
			out[i] = truth[i] * (1 + wobble*math.Sin(float64(i)*0.4+phase))
		}
		return out
	}
	for i := range truth {
		truth[i] = pendulumEnergy(qs[i], ps[i])
	}
	pic, err := EnergyAlong(Chart{Title: "Energy along rollouts"}, Series{X: ts, Y: truth},
		Series{Name: "learned H, forward", X: ts, Y: mk(0.01, 0)}, Series{Name: "learned H, backward", X: ts, Y: mk(0.016, 1)},
		Series{Name: "learned H, double speed", X: ts, Y: mk(0.02, 2)}, Series{Name: "learned H, half speed", X: ts, Y: mk(0.005, 3)})
	if err != nil {
		t.Fatal(err)
	}
	look(t, "energy", pic)
}

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
	pic, err := Profiles("What the model learned", Profile{X: "p", Y: "K(p)", Data: dataP, Curves: []Series{{Name: "learned", X: p, Y: k}, {Name: "true", X: p, Y: kt}}},
		Profile{X: "q", Y: "V(q)", Data: dataQ, Circle: true, Curves: []Series{{Name: "learned", X: q, Y: v}, {Name: "true", X: q, Y: vt}}})
	if err != nil {
		t.Fatal(err)
	}
	look(t, "profiles", pic)
}

func TestScatter(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var x, y []float64
	for range 500 {
		v := 0.3 + 2.2*r.Float64()
		x, y = append(x, v), append(y, -1.2+0.8*v+0.1*v*v+0.03*r.NormFloat64())
	}
	pic, err := Scatter(Cloud{Title: "Learned against true energy", X: "true energy", Y: "learned H"}, Series{Name: "test", X: x, Y: y})
	if err != nil {
		t.Fatal(err)
	}
	look(t, "scatter", pic)
	pic, err = Scatter(Cloud{Title: "Two models", X: "true energy", Y: "calibrated H", Diagonal: true}, Series{Name: "circle", X: x, Y: x}, Series{Name: "line", X: x, Y: y})
	if err != nil {
		t.Fatal(err)
	}
	look(t, "scatter2", pic)
}
