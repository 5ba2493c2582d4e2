package figures

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"gonum.org/v1/gonum/floats"

	"hgn.local/kernels_xla/scalar"
	"hgn.local/pkg/density"
	"hgn.local/pkg/metrics"
	"hgn.local/pkg/plots"
	"hgn.local/pkg/runs"
)

// Surface is a density as pictures show it: all of a density on the line or the plane, and the first two coordinates
// of the points of one in more dimensions.
type Surface struct {
	Name      string
	Dim       int
	Exact     density.Exact // nil if the density is not known
	Low, High [2]float64    // bounds of the part shown; for a line the first number counts
	Points    []float64     // samples, [n, dim]
}

const (
	// ShownSamples is the number of points in a panel.
	ShownSamples = 1500

	surfaceSamples = 20_000 // largest number of points from which an unknown density is estimated
	targetGrid     = 161    // places in each direction of the plane
	linePoints     = 400
)

// SurfaceOf returns the surface of a run's target.
func SurfaceOf(d *runs.Density) (*Surface, error) {
	target, err := d.Open()
	if err != nil {
		return nil, err
	}
	return NewSurface(density.ShortName(d.Target), target), nil
}

// NewSurface returns the surface of a target, under the name that pictures give it.
func NewSurface(name string, target density.Target) *Surface {
	s := &Surface{Name: name, Dim: target.Dim()}
	s.Exact, _ = target.(density.Exact)
	random := rand.New(rand.NewPCG(1, 3))
	if given, ok := target.(*density.Samples); ok { // each point once: points drawn with repetitions would seem to be more
		all := given.Points()
		for _, i := range random.Perm(given.Len())[:min(given.Len(), surfaceSamples)] {
			s.Points = append(s.Points, all[i*s.Dim:(i+1)*s.Dim]...)
		}
	} else {
		s.Points = target.Sample(random, surfaceSamples)
	}
	low, high := density.Bounds(target)
	copy(s.Low[:], low)
	copy(s.High[:], high)
	return s
}

// FileName returns the name in a form that fits into a file's name.
func (s *Surface) FileName() string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:.,= `, r) {
			return '_'
		}
		return r
	}, s.Name)
}

// Kind says how Field and Line obtain the density.
func (s *Surface) Kind() string {
	if s.Exact != nil {
		return "exact"
	}
	return kdeOf(len(s.Points) / s.Dim)
}

// kdeOf says that a density is estimated from n points.
func kdeOf(n int) string {
	if n < 10_000 {
		return fmt.Sprintf("KDE of %d points", n)
	}
	return fmt.Sprintf("KDE of %d %03d points", n/1000, n%1000)
}

// Entropy returns the entropy of the density in nats, if it is known.
func (s *Surface) Entropy() float64 {
	h, _ := density.Entropy(s.Exact)
	return h
}

// Field returns the density in the plane, exact if it is known.
func (s *Surface) Field() (*plots.Field, error) {
	if s.Exact == nil {
		return s.Estimate(s.Points)
	}
	x := make([]float64, 2)
	return plots.FieldOf(func(q, p float64) float64 {
		x[0], x[1] = q, p
		return scalar.Exp(s.Exact.LogDensity(x))
	}, s.Low[0], s.High[0], s.Low[1], s.High[1], targetGrid), nil
}

// Estimate returns the kernel density estimate from points of the plane, with half of Scott's bandwidth, which suits
// several modes.
func (s *Surface) Estimate(rows []float64) (*plots.Field, error) { return s.EstimateWith(rows, 0.5) }

// EstimateWith does the work of Estimate with another share of the bandwidth.
func (s *Surface) EstimateWith(rows []float64, share float64) (*plots.Field, error) {
	h := s.bandwidth(rows, 2, targetGrid, share)
	var err error
	f := plots.FieldOf(func(_, _ float64) float64 { return 0 }, s.Low[0], s.High[0], s.Low[1], s.High[1], targetGrid)
	f.H, err = metrics.KDE2(rows, f.Q, f.P, [2]float64(h))
	return f, err
}

// bandwidth returns a share of Scott's bandwidth for points of d coordinates that are drawn at n places along each.
// It takes only the points in the part shown, so that outliers do not change it. It is at least half a step between
// places and at most a quarter of the part.
func (s *Surface) bandwidth(rows []float64, d, n int, share float64) []float64 {
	var shown []float64
	for i := 0; i < len(rows); i += d {
		inside := true
		for j, v := range rows[i : i+d] {
			inside = inside && v >= s.Low[j] && v <= s.High[j]
		}
		if inside {
			shown = append(shown, rows[i:i+d]...)
		}
	}
	h, err := metrics.Scott(shown, d)
	if err != nil { // too few points, or all at one place
		h = make([]float64, d)
	}
	for j := range h {
		part := s.High[j] - s.Low[j]
		h[j] = min(max(share*h[j], part/float64(n-1)/2), part/4)
	}
	return h
}

// places returns the places where a density on the line is drawn.
func (s *Surface) places() []float64 {
	return floats.Span(make([]float64, linePoints), s.Low[0], s.High[0])
}

// Line returns a density on the line, exact if it is known.
func (s *Surface) Line() (x, y []float64, err error) {
	x = s.places()
	if s.Exact == nil {
		y, err = metrics.KDE1(s.Points, x, s.bandwidth(s.Points, 1, linePoints, 0.5)[0])
		return x, y, err
	}
	for _, v := range x {
		y = append(y, scalar.Exp(s.Exact.LogDensity([]float64{v})))
	}
	return x, y, nil
}

// Dots returns the first two coordinates of some of the rows of points [n, dim].
func (s *Surface) Dots(rows []float64) []float64 {
	n := min(ShownSamples, len(rows)/s.Dim)
	out := make([]float64, 0, 2*n)
	for i := range n {
		out = append(out, rows[i*s.Dim], rows[i*s.Dim+1])
	}
	return out
}
