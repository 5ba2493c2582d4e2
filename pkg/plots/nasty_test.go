package plots

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

var nasty = flag.Int("nasty", 12, "how many pictures of each kind of nasty values are drawn")

// nastyValues are values that a training gone wrong, or a file, may bring.
var nastyValues = []float64{math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, -math.MaxFloat64, 1e100, -1e100, 9e99, 1e-100, 1e-300,
	math.SmallestNonzeroFloat64, 0, math.Copysign(0, -1), 1, 1 + 1e-15, -1, 1e16, 1e16 + 2, math.MaxInt64}

// Whatever the values are, a picture is drawn or an error returned, soon.
func TestNastyValues(t *testing.T) {
	var r *rand.Rand
	one := func() float64 {
		switch r.IntN(4) {
		case 0:
			return nastyValues[r.IntN(len(nastyValues))]
		case 1:
			return math.Exp(400 * r.NormFloat64())
		}
		return r.NormFloat64()
	}
	some := func(n int) []float64 {
		kind, out := r.IntN(4), make([]float64, n)
		for i := range out {
			switch kind {
			case 0:
				out[i] = one()
			case 1:
				out[i] = nastyValues[r.IntN(len(nastyValues))]
			default: // sound, but for a few
				if out[i] = r.NormFloat64(); r.IntN(20) == 0 {
					out[i] = one()
				}
			}
		}
		return out
	}
	rising := func(n int) []float64 {
		out, at := make([]float64, n), one()
		for i := range out {
			out[i] = at
			at += math.Abs(one())
		}
		return out
	}
	size := func() int { return []int{1, 2, 3, 50, 300}[r.IntN(5)] }
	field := func() *Field {
		n := 2 + r.IntN(18)
		f := &Field{Q: rising(n), P: rising(n)}
		if r.IntN(2) == 0 {
			f = FieldOf(func(_, _ float64) float64 { return 0 }, -1, 1, -1, 1, n)
		}
		f.H = make([][]float64, n)
		for i := range f.H {
			f.H[i] = some(n)
		}
		return f
	}
	series := func() (all []Series) {
		for i := range 1 + r.IntN(2) {
			s := Series{Name: fmt.Sprint(i), Y: some(size()), Smooth: r.IntN(2) == 0}
			if r.IntN(2) == 0 {
				s.X = some(len(s.Y))
			}
			all = append(all, s)
		}
		return all
	}
	marks := func() []Mark { return []Mark{{one(), "a"}, {one(), "b"}} }
	corner := func() [2]float64 { return [2]float64{one(), one()} }
	frames := [][]uint8{make([]uint8, 12), make([]uint8, 12)}
	for name, draw := range map[string]func() (*Picture, error){
		"Curves": func() (*Picture, error) {
			return Curves(Chart{Title: "title", LogY: r.IntN(2) == 0, Markers: marks(), References: marks(), MinSpanY: one()}, series()...)
		},
		"EnergyAlong": func() (*Picture, error) { return EnergyAlong(Chart{}, series()[0], series()...) },
		"Profiles": func() (*Picture, error) {
			return Profiles("", Profile{Curves: series(), Data: some(size()), Circle: r.IntN(2) == 0})
		},
		"PhasePortrait": func() (*Picture, error) {
			n := size()
			o := Orbits{Q: [][]float64{some(n), some(n)}, P: [][]float64{some(n), some(n)}}
			if r.IntN(2) == 0 {
				o.Energy = some(2)
			}
			return PhasePortrait(Phase{Circle: r.IntN(2) == 0}, o)
		},
		"EnergyLandscape": func() (*Picture, error) {
			n := size()
			return EnergyLandscape(Phase{Field: field()}, Orbits{Q: [][]float64{some(n)}, P: [][]float64{some(n)}})
		},
		"Panels": func() (*Picture, error) {
			n := 2 * size()
			p := Panel{Points: some(n)}
			switch r.IntN(5) {
			case 0:
				p.Low, p.High = corner(), corner()
			case 1:
				p.Low, p.High = [2]float64{-1, -1}, [2]float64{1, 1}
				p.Flow = &Flow{At: [][]float64{some(n), some(n)}}
			case 2:
				p.Low, p.High = [2]float64{-1, -1}, [2]float64{1, 1}
				p.Steps = &Steps{some(n), some(n)}
			case 3:
				p.Density, p.Contours = field(), field()
			default:
				p.Energy, p.EnergyTop = field(), one()
			}
			return Panels("", 1, p)
		},
		"FlowFigure": func() (*Picture, error) {
			return FlowFigure{Target: field(), Learned: field(), Potential: field()}.Picture()
		},
		"Likelihoods": func() (*Picture, error) {
			n := size()
			return Likelihoods(Comparison{Entropy: one()}, Learning{Steps: some(n), Seconds: some(n), NLL: some(n)}, Learning{Steps: rising(n), NLL: some(n)})
		},
		"Live": func() (*Picture, error) { return Live{Loss: series(), Markers: marks()}.Picture() },
		"FilmStrip": func() (*Picture, error) {
			return FilmStrip(Strip{Size: 2, Times: some(2)}, Film{Label: "film", Frames: frames})
		},
	} {
		t.Run(name, func(t *testing.T) {
			r = rand.New(rand.NewPCG(uint64(*nasty), 1))
			drawn := 0
			for range *nasty {
				start := time.Now()
				p, err := draw()
				if err == nil {
					drawn++
					if b := p.Image().Bounds(); b.Dx() > 10_000 || b.Dy() > 10_000 {
						t.Errorf("a picture of %v", b)
					}
				}
				if took := time.Since(start); took > 20*time.Second {
					t.Errorf("took %v", took)
				}
			}
			t.Logf("%d of %d drawn", drawn, *nasty)
		})
	}
}
