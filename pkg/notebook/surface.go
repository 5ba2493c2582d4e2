package notebook

import (
	"math"
	"math/rand/v2"
	"path/filepath"
	"strings"

	"hgn.local/gomlx_models/nhf"
	"hgn.local/gomlx_models/points"
	"hgn.local/pkg/density"
	"hgn.local/pkg/metrics"
	"hgn.local/pkg/plots"
	"hgn.local/pkg/runs"
)

// surface is a density as pictures show it: all of a density of the line or the plane, and of one in more dimensions the
// first two coordinates of its points.
type surface struct {
	name      string
	dim       int
	exact     density.Exact // nil where the density is not known
	low, high [2]float64    // of the part shown; of a line the first number counts
	points    []float64     // samples, [n, dim]
}

const (
	surfaceSamples = 20_000 // of which a density is estimated that is not known
	shownSamples   = 1500
	targetGrid     = 161
	linePoints     = 400
)

// surfaceOf is the surface of a run's target.
func surfaceOf(d *runs.Density) (*surface, error) {
	target, err := density.Named(d.Target)
	if err != nil {
		return nil, err
	}
	return newSurface(shortName(d.Target), target), nil
}

func newSurface(name string, target density.Target) *surface {
	s := &surface{name: name, dim: target.Dim()}
	s.exact, _ = target.(density.Exact)
	s.points = target.Sample(rand.New(rand.NewPCG(1, 3)), surfaceSamples)
	low, high := density.Bounds(target)
	copy(s.low[:], low)
	copy(s.high[:], high)
	return s
}

// shortName is the name of a target without the folders of a file.
func shortName(target string) string {
	if file := strings.TrimPrefix(target, "ink:"); filepath.Ext(file) != "" {
		return filepath.Base(file)
	}
	return target
}

func (s *surface) fileName() string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:.,= `, r) {
			return '_'
		}
		return r
	}, s.name)
}

// kind says what is drawn of the density.
func (s *surface) kind() string {
	if s.exact != nil {
		return "exact density"
	}
	return "density, estimated"
}

func (s *surface) entropy() float64 {
	h, _ := density.Entropy(s.exact)
	return h
}

// field is the density in the plane, exact where it is known.
func (s *surface) field() (*plots.Field, error) {
	if s.exact == nil {
		return s.estimate(s.points)
	}
	x := make([]float64, 2)
	return plots.FieldOf(func(q, p float64) float64 {
		x[0], x[1] = q, p
		return math.Exp(s.exact.LogDensity(x))
	}, s.low[0], s.high[0], s.low[1], s.high[1], targetGrid), nil
}

// estimate is the kernel density estimate of points of the plane, with half of Scott's bandwidth, for several modes.
func (s *surface) estimate(rows []float64) (*plots.Field, error) { return s.estimateWith(rows, 0.5) }

// estimateWith is estimate with another share of the bandwidth.
func (s *surface) estimateWith(rows []float64, share float64) (*plots.Field, error) {
	h, err := metrics.Scott(rows, 2)
	if err != nil {
		return nil, err
	}
	f := plots.FieldOf(func(_, _ float64) float64 { return 0 }, s.low[0], s.high[0], s.low[1], s.high[1], targetGrid)
	f.H, err = metrics.KDE2(rows, f.Q, f.P, [2]float64{share * h[0], share * h[1]})
	return f, err
}

const (
	learnedFile = "density.json"
	// drawnPoints are the points of a model that its density is estimated from, with a kernel of this share of Scott's
	// bandwidth: narrow enough to blur nothing that a picture shows.
	drawnPoints = 200_000
	drawnShare  = 0.25
)

// learnedField is the density in the plane that the run's model gives: of an RNVP its exact one, and of an NHF an estimate
// from many points that it draws. (Importance weights estimate it without a bias at every point, but where the encoder is
// poor a few weights far too large would be all that the colours of a picture show.) It takes seconds, so that it is kept
// in the run's folder.
func (r *Run) learnedField(m points.Model, s *surface) (*plots.Field, error) {
	values, err := kept(r, learnedFile, func() ([]float32, error) {
		f, err := s.fieldOf(m)
		if err != nil {
			return nil, err
		}
		var values []float32
		for _, row := range f.H {
			for _, v := range row {
				values = append(values, float32(v))
			}
		}
		return values, nil
	})
	if err != nil {
		return nil, err
	}
	exact := make([]float64, len(values))
	for i, v := range values {
		exact[i] = float64(v)
	}
	return plots.FieldOfValues(s.low, s.high, exact)
}

// fieldOf is learnedField, computed.
func (s *surface) fieldOf(m points.Model) (*plots.Field, error) {
	if _, latent := m.(*nhf.Model); latent {
		x, err := m.Sample(1, drawnPoints)
		if err != nil {
			return nil, err
		}
		return s.estimateWith(x.X, drawnShare)
	}
	logp, err := m.LogProb(points.Points{X: plots.GridPoints(s.low, s.high, targetGrid), Dim: 2})
	if err != nil {
		return nil, err
	}
	for i, v := range logp {
		logp[i] = math.Exp(v)
	}
	return plots.FieldOfValues(s.low, s.high, logp)
}

// line is a density of the line, exact where it is known.
func (s *surface) line() (x, y []float64, err error) {
	x = linspace(s.low[0], s.high[0], linePoints)
	if s.exact == nil {
		h, err := metrics.Scott(s.points, 1)
		if err != nil {
			return nil, nil, err
		}
		y, err = metrics.KDE1(s.points, x, h[0]/2)
		return x, y, err
	}
	for _, v := range x {
		y = append(y, math.Exp(s.exact.LogDensity([]float64{v})))
	}
	return x, y, nil
}

// learnedLine is the density of the line that a model gives, at the places of line.
func (s *surface) learnedLine(m points.Model) ([]float64, error) {
	logp, err := m.LogProb(points.Points{X: linspace(s.low[0], s.high[0], linePoints), Dim: 1})
	y := make([]float64, len(logp))
	for i, v := range logp {
		y[i] = math.Exp(v)
	}
	return y, err
}

// dots are the first two coordinates of some of the rows of points [n, dim].
func (s *surface) dots(rows []float64) []float64 {
	n := min(shownSamples, len(rows)/s.dim)
	out := make([]float64, 0, 2*n)
	for i := range n {
		out = append(out, rows[i*s.dim], rows[i*s.dim+1])
	}
	return out
}
