package figures

import (
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"strings"

	"gonum.org/v1/gonum/floats"

	"hgn.local/pkg/density"
	"hgn.local/pkg/metrics"
	"hgn.local/pkg/plots"
	"hgn.local/pkg/runs"
)

// Surface is a density as pictures show it: all of a density of the line or the plane, and of one in more dimensions the
// first two coordinates of its points.
type Surface struct {
	Name      string
	Dim       int
	Exact     density.Exact // nil where the density is not known
	Low, High [2]float64    // of the part shown; of a line the first number counts
	Points    []float64     // samples, [n, dim]
}

const (
	// ShownSamples is how many points a panel shows.
	ShownSamples = 1500

	surfaceSamples = 20_000 // at most, of which a density is estimated that is not known
	targetGrid     = 161    // places in each direction of the plane
	linePoints     = 400
)

// SurfaceOf is the surface of a run's target.
func SurfaceOf(d *runs.Density) (*Surface, error) {
	target, err := d.Open()
	if err != nil {
		return nil, err
	}
	return NewSurface(ShortName(d.Target), target), nil
}

// NewSurface is the surface of a target, by the name that pictures give it.
func NewSurface(name string, target density.Target) *Surface {
	s := &Surface{Name: name, Dim: target.Dim()}
	s.Exact, _ = target.(density.Exact)
	random := rand.New(rand.NewPCG(1, 3))
	if given, ok := target.(*density.Samples); ok { // each point once: drawn with repetitions they would seem to be more
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

// ShortName is the name of a target without the folders of a file.
func ShortName(target string) string {
	if file := strings.TrimPrefix(target, "ink:"); filepath.Ext(file) != "" {
		return filepath.Base(file)
	}
	return target
}

// FileName is the name as part of a file's.
func (s *Surface) FileName() string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:.,= `, r) {
			return '_'
		}
		return r
	}, s.Name)
}

// Kind says how Field and Line come by the density.
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

// Entropy is that of the density in nats, where it is known.
func (s *Surface) Entropy() float64 {
	h, _ := density.Entropy(s.Exact)
	return h
}

// Field is the density in the plane, exact where it is known.
func (s *Surface) Field() (*plots.Field, error) {
	if s.Exact == nil {
		return s.Estimate(s.Points)
	}
	x := make([]float64, 2)
	return plots.FieldOf(func(q, p float64) float64 {
		x[0], x[1] = q, p
		return math.Exp(s.Exact.LogDensity(x))
	}, s.Low[0], s.High[0], s.Low[1], s.High[1], targetGrid), nil
}

// Estimate is the kernel density estimate of points of the plane, with half of Scott's bandwidth, for several modes.
func (s *Surface) Estimate(rows []float64) (*plots.Field, error) { return s.EstimateWith(rows, 0.5) }

// EstimateWith is Estimate with another share of the bandwidth.
func (s *Surface) EstimateWith(rows []float64, share float64) (*plots.Field, error) {
	h := s.bandwidth(rows, 2, targetGrid, share)
	var err error
	f := plots.FieldOf(func(_, _ float64) float64 { return 0 }, s.Low[0], s.High[0], s.Low[1], s.High[1], targetGrid)
	f.H, err = metrics.KDE2(rows, f.Q, f.P, [2]float64(h))
	return f, err
}

// bandwidth is a share of Scott's for points of d coordinates that are drawn at n places along each: that of the points in the
// part shown, which far ones do not move, at least half a step of the places and at most a quarter of the part.
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

// places are those where a density of the line is drawn.
func (s *Surface) places() []float64 {
	return floats.Span(make([]float64, linePoints), s.Low[0], s.High[0])
}

// Line is a density of the line, exact where it is known.
func (s *Surface) Line() (x, y []float64, err error) {
	x = s.places()
	if s.Exact == nil {
		y, err = metrics.KDE1(s.Points, x, s.bandwidth(s.Points, 1, linePoints, 0.5)[0])
		return x, y, err
	}
	for _, v := range x {
		y = append(y, math.Exp(s.Exact.LogDensity([]float64{v})))
	}
	return x, y, nil
}

// Dots are the first two coordinates of some of the rows of points [n, dim].
func (s *Surface) Dots(rows []float64) []float64 {
	n := min(ShownSamples, len(rows)/s.Dim)
	out := make([]float64, 0, 2*n)
	for i := range n {
		out = append(out, rows[i*s.Dim], rows[i*s.Dim+1])
	}
	return out
}
