package density

import (
	"math"
	"math/rand/v2"
	"testing"

	"hgn.local/pkg/badinput"
)

func TestASamplerOfYourOwn(t *testing.T) {
	ring := func(radius float64) func(r *rand.Rand) []float64 {
		return func(r *rand.Rand) []float64 {
			a := 2 * math.Pi * r.Float64()
			return []float64{radius * math.Cos(a), radius * math.Sin(a), 0.1 * r.NormFloat64()}
		}
	}
	s, err := DefineSampler("own_ring", ring(2))
	if err != nil {
		t.Fatal(err)
	}
	found, err := Named("own_ring")
	if err != nil || found != s || s.Dim() != 3 {
		t.Fatalf("%v, %v", found, err)
	}
	x := s.Sample(rand.New(rand.NewPCG(1, 1)), 50)
	for i := range 50 {
		if r := math.Hypot(x[3*i], x[3*i+1]); math.Abs(r-2) > 1e-9 {
			t.Fatalf("point %d has the radius %g", i, r)
		}
	}
	print := Fingerprint(s)
	if again, err := DefineSampler("own_ring", ring(2)); err != nil || Fingerprint(again) != print || print == "" {
		t.Errorf("the same density has the fingerprints %q and %q", print, Fingerprint(again))
	}
	if other, err := DefineSampler("own_ring", ring(3)); err != nil || Fingerprint(other) == print {
		t.Errorf("another density has the same fingerprint")
	}
	if moons, _ := Named("two_moons"); Fingerprint(moons) != "" {
		t.Error("a built-in density has a fingerprint")
	}
}

// TestALogDensityOfYourOwn samples an unnormalised normal density, whose entropy is known.
func TestALogDensityOfYourOwn(t *testing.T) {
	s, err := DefineLogDensity("own_normal", func(x, y float64) float64 { return 7 - (x-1)*(x-1)/2/0.25 - y*y/2 })
	if err != nil {
		t.Fatal(err)
	}
	x := s.Sample(rand.New(rand.NewPCG(1, 1)), 20000)
	var mean, square [2]float64
	for i := range 20000 {
		for k := range 2 {
			mean[k] += x[2*i+k] / 20000
			square[k] += x[2*i+k] * x[2*i+k] / 20000
		}
	}
	if math.Abs(mean[0]-1) > 0.02 || math.Abs(mean[1]) > 0.03 || math.Abs(square[0]-1.25) > 0.03 || math.Abs(square[1]-1) > 0.04 {
		t.Errorf("means %v, mean squares %v", mean, square)
	}
	if l := s.(Exact).LogDensity([]float64{1, 0}); math.Abs(l+math.Log(2*math.Pi*0.5)) > 0.01 {
		t.Errorf("log p at the mode is %g, want %g", l, -math.Log(math.Pi))
	}
}

func TestDensitiesOfYourOwnAreChecked(t *testing.T) {
	point := func(*rand.Rand) []float64 { return []float64{1} }
	count := 0
	for name, err := range map[string]error{
		"no name":            second(DefineSampler("", point)),
		"a bad name":         second(DefineSampler("A B", point)),
		"a built-in name":    second(DefineSampler("two_moons", point)),
		"no function":        second(DefineSampler("nothing", nil)),
		"no coordinates":     second(DefineSampler("nowhere", func(*rand.Rand) []float64 { return nil })),
		"infinite":           second(DefineSampler("far", func(*rand.Rand) []float64 { return []float64{math.Inf(1)} })),
		"a changing number":  second(DefineSampler("odd", func(*rand.Rand) []float64 { count++; return make([]float64, 1+count%2) })),
		"no log density":     second(DefineLogDensity("nothing", nil)),
		"zero everywhere":    second(DefineLogDensity("void", func(x, y float64) float64 { return math.Inf(-1) })),
		"not a number there": second(DefineLogDensity("hole", func(x, y float64) float64 { return math.Log(x) })),
	} {
		if !badinput.Is(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func second(_ Target, err error) error { return err }
