package physics

import (
	"math"
	"math/rand/v2"
	"testing"

	"hgn.local/pkg/badinput"
)

// DoubleWell is a system as a user would write it: V = (q² - 1)² / 4.
type DoubleWell struct{ depth float64 }

func (s DoubleWell) Energy(q, p []float64) float64 {
	return p[0]*p[0]/2 + s.depth*(q[0]*q[0]-1)*(q[0]*q[0]-1)/4
}
func (s DoubleWell) Sample(r *rand.Rand) (q, p []float64) {
	return []float64{2*r.Float64() - 1}, []float64{r.NormFloat64() / 2}
}
func (s DoubleWell) Disks(q []float64) []Disk {
	return []Disk{{X: q[0], Radius: 0.2, Color: [3]uint8{200, 0, 0}}, {X: 0, Y: -0.5, Along: [2]float64{q[0], 0.5}, Radius: 0.05}}
}

func TestDefine(t *testing.T) {
	s, err := Define(DoubleWell{1})
	if err != nil {
		t.Fatal(err)
	}
	if found, err := ByName("double_well"); err != nil || found != s || s.Name() != "double_well" || s.Dim() != 1 || s.Noise() != 0 || s.Topology()[0] != Line {
		t.Errorf("%v, %v: %s of %d coordinates %v", found, err, s.Name(), s.Dim(), s.Topology())
	}
	if e := s.Extent(); e < 1.2 || e > 4 {
		t.Errorf("the canvas reaches to %g", e)
	}
	dq, dp := make([]float64, 1), make([]float64, 1)
	s.Derivative([]float64{0.7}, []float64{-0.3}, dq, dp)
	if want := -0.7 * (0.7*0.7 - 1); math.Abs(dq[0]+0.3) > 1e-10 || math.Abs(dp[0]-want) > 1e-10 {
		t.Errorf("dq/dt = %g, dp/dt = %g, want -0.3, %g", dq[0], dp[0], want)
	}
	// The energy is conserved as well as that of a built-in system.
	q, p, err := Trajectory(s, []float64{1.3}, []float64{0.4}, 0.125, 100)
	if err != nil {
		t.Fatal(err)
	}
	if before, after := s.Energy(q[0], p[0]), s.Energy(q[99], p[99]); math.Abs(after-before) > 1e-7 {
		t.Errorf("the energy goes from %g to %g", before, after)
	}
	split, ok := s.(Separable)
	if !ok {
		t.Fatal("an energy that splits was not recognised")
	}
	if k, v := split.Kinetic([]float64{2}), split.Potential([]float64{3}); k != 2 || v != 16 {
		t.Errorf("K(2) = %g, V(3) = %g, want 2, 16", k, v)
	}
	if s, err := Define(coupled{}); err != nil {
		t.Error(err)
	} else if _, ok := s.(Separable); ok {
		t.Error("an energy that does not split was taken for one that does")
	}
	print := Fingerprint(s)
	if again, err := Define(DoubleWell{1}); err != nil || Fingerprint(again) != print || print == "" {
		t.Errorf("the same system has the fingerprints %q and %q, %v", print, Fingerprint(again), err)
	}
	if other, err := Define(DoubleWell{2}); err != nil || Fingerprint(other) == print {
		t.Errorf("another system has the same fingerprint %q, %v", print, err)
	}
	if Fingerprint(Pendulum()) != "" {
		t.Error("a built-in system has a fingerprint")
	}
	if _, err := New("double_well", []byte(`{"depth": 3}`)); !badinput.Is(err) {
		t.Errorf("a constant that cannot be changed by name: %v", err)
	}
}

// coupled has a kinetic energy that depends on the place.
type coupled struct{ DoubleWell }

func (coupled) Energy(q, p []float64) float64 { return p[0] * p[0] / (2 + q[0]*q[0]) }

// faulty is a sketch with faults.
type faulty struct {
	DoubleWell
	name     string
	q, p     int
	topology []string
	noise    float64
}

func (b faulty) Name() string { return b.name }
func (b faulty) Sample(*rand.Rand) (q, p []float64) {
	return make([]float64, b.q), make([]float64, b.p)
}
func (b faulty) Topology() []string                { return b.topology }
func (b faulty) Noise() float64                    { return b.noise }
func (b faulty) Energy(q, p []float64) float64     { return b.depth }
func (b faulty) Derivative(q, p, dq, dp []float64) { dq[0], dp[0] = 0, 0 }

func TestDefineRefuses(t *testing.T) {
	sound := faulty{DoubleWell: DoubleWell{1}, name: "sound", q: 1, p: 1, topology: []string{Circle}}
	if s, err := Define(sound); err != nil || s.Topology()[0] != Circle {
		t.Fatalf("%v, %v", s, err)
	}
	for name, change := range map[string]func(b *faulty){
		"built-in":         func(b *faulty) { b.name = "pendulum" },
		"no coordinate":    func(b *faulty) { b.q, b.p = 0, 0 },
		"no momentum":      func(b *faulty) { b.p = 0 },
		"unknown topology": func(b *faulty) { b.topology = []string{"sphere"} },
		"two for one":      func(b *faulty) { b.topology = []string{Line, Line} },
		"negative noise":   func(b *faulty) { b.noise = -1 },
		"infinite energy":  func(b *faulty) { b.depth = math.Inf(1) },
	} {
		b := sound
		change(&b)
		if _, err := Define(b); !badinput.Is(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Define(struct{ DoubleWell }{DoubleWell{1}}); !badinput.Is(err) {
		t.Errorf("a type without a name: %v", err)
	}
	if _, err := Define(nil); !badinput.Is(err) {
		t.Errorf("nothing: %v", err)
	}
}

// TestDifferences compares finite differences of the energies of the built-in systems with their own equations.
func TestDifferences(t *testing.T) {
	for _, name := range Names() {
		s, err := ByName(name)
		if err != nil {
			t.Fatal(err)
		}
		r := rand.New(rand.NewPCG(1, 2))
		numeric := Differences(s.Energy)
		for range 5 {
			q, p := s.Sample(r)
			d := s.Dim()
			dq, dp, wantQ, wantP, friction := make([]float64, d), make([]float64, d), make([]float64, d), make([]float64, d), make([]float64, d)
			numeric(q, p, dq, dp)
			s.Derivative(q, p, wantQ, wantP)
			if f, ok := s.(Dissipative); ok {
				f.Friction(q, p, friction)
			}
			for i := range d {
				scale := 1 + math.Abs(wantQ[i]) + math.Abs(wantP[i])
				if math.Abs(dq[i]-wantQ[i]) > 1e-8*scale || math.Abs(dp[i]+friction[i]-wantP[i]) > 1e-8*scale {
					t.Errorf("%s: dq/dt = %g, dp/dt = %g, its own %g, %g", name, dq[i], dp[i]+friction[i], wantQ[i], wantP[i])
				}
			}
		}
	}
}
