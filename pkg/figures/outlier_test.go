package figures

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"hgn.local/pkg/density"
)

// Far points, of any distance, change neither the part of a density that is drawn nor its estimate, and cost no time.
func TestFarPointsDoNotRuleTheEstimate(t *testing.T) {
	for _, d := range []int{1, 2} {
		r := rand.New(rand.NewPCG(5, 6))
		points := make([]float64, 1000*d)
		for i := range points {
			points[i] = r.NormFloat64()
		}
		surface := func(points []float64) *Surface {
			samples, err := density.FromSamples("samples", points, d)
			if err != nil {
				t.Fatal(err)
			}
			return NewSurface("samples", samples)
		}
		values := func(s *Surface) (all []float64) {
			if d == 1 {
				_, y, err := s.Line()
				if err != nil {
					t.Fatal(err)
				}
				return y
			}
			field, err := s.Field()
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range field.H {
				all = append(all, row...)
			}
			return all
		}
		for _, far := range [][]float64{{1e3}, {2e4}, {9e4}, {1e6}, {1e20}, {1e300}, {-1e5, 3e7, 3e7}} {
			more := points
			for _, v := range far {
				for range d {
					more = append(more[:len(more):len(more)], v)
				}
			}
			start := time.Now()
			s := surface(more)
			got := values(s)
			if took := time.Since(start); took > 2*time.Second {
				t.Errorf("with points at %v: took %v", far, took)
			}
			for j := range d {
				if s.Low[j] < -6 || s.Low[j] > -3 || s.High[j] < 3 || s.High[j] > 6 {
					t.Errorf("with points at %v: drawn from %v to %v", far, s.Low, s.High)
				}
			}
			s.Points = points
			top, apart := 0.0, 0.0
			for i, want := range values(s) {
				top, apart = math.Max(top, want), math.Max(apart, math.Abs(got[i]-want))
			}
			if apart > 0.02*top {
				t.Errorf("with points at %v, in %d dimensions: off by %.3f of the largest density", far, d, apart/top)
			}
		}
	}
}

// A kernel is neither narrower than what the places of a picture resolve nor as wide as the picture.
func TestBandwidthIsThatOfThePicture(t *testing.T) {
	s := &Surface{Low: [2]float64{-4, -4}, High: [2]float64{4, 4}}
	for name, rows := range map[string][]float64{
		"one place": {1, 1, 1, 1, 1, 1}, "outside": {9, 9, 99, 99}, "one point": {0, 0}, "two clumps": {-4, -4, 4, 4},
	} {
		for _, h := range s.bandwidth(rows, 2, targetGrid, 1) {
			if !(h >= 8./(targetGrid-1)/2 && h <= 2) {
				t.Errorf("%s: bandwidth %v", name, h)
			}
		}
		if _, err := s.Estimate(rows); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
