package figures

import (
	"hgn.local/gomlx_models/nhf"
	"hgn.local/gomlx_models/points"
	"hgn.local/kernels_xla/scalar"
	"hgn.local/pkg/metrics"
	"hgn.local/pkg/plots"
)

const (
	learnedFile = "density.json"
	// drawnPoints is the number of a model's points from which its density is estimated, with a kernel of drawnShare
	// of Scott's bandwidth: narrow enough to blur nothing that a picture shows.
	drawnPoints = 200_000
	drawnShare  = 0.25
)

// LearnedField returns the run's learned density in the plane: exactly for a flow of exact density, and for an NHF as an estimate
// from many points that it draws. (Importance weights estimate it without a bias at every point, but if the encoder
// is poor, a few weights far too large would dominate the colours of a picture.) It takes seconds, so the result is
// kept in the run's folder.
func (r *Run) LearnedField(m points.Model, s *Surface) (*plots.Field, error) {
	type surface struct {
		Low    [2]float64 `json:"low"`
		High   [2]float64 `json:"high"`
		Values []float32  `json:"values"`
	}
	learned, err := kept(r, learnedFile, func() (surface, error) {
		f, err := s.fieldOf(m)
		if err != nil {
			return surface{}, err
		}
		var values []float32
		for _, row := range f.H {
			for _, v := range row {
				values = append(values, float32(v))
			}
		}
		return surface{s.Low, s.High, values}, nil
	})
	if err != nil {
		return nil, err
	}
	exact := make([]float64, len(learned.Values))
	for i, v := range learned.Values {
		exact[i] = float64(v)
	}
	return plots.FieldOfValues(learned.Low, learned.High, exact)
}

// LearnedKind says how LearnedField obtains the density of a model.
func LearnedKind(m points.Model) string {
	if estimated(m) {
		return kdeOf(drawnPoints)
	}
	return "exact"
}

// estimated tells whether the density of a model is drawn from points of it: that of an NHF, and p(x) of a model that
// knows p(x|c).
func estimated(m points.Model) bool {
	_, latent := m.(*nhf.Model)
	c, ok := m.(points.Conditional)
	return latent || ok && c.CondDim() > 0
}

// fieldOf computes LearnedField.
func (s *Surface) fieldOf(m points.Model) (*plots.Field, error) {
	if estimated(m) {
		x, err := m.Sample(1, drawnPoints)
		if err != nil {
			return nil, err
		}
		return s.EstimateWith(x.X, drawnShare)
	}
	logp, err := m.LogProb(points.Points{X: plots.GridPoints(s.Low, s.High, targetGrid), Dim: 2})
	if err != nil {
		return nil, err
	}
	for i, v := range logp {
		logp[i] = scalar.Exp(v)
	}
	return plots.FieldOfValues(s.Low, s.High, logp)
}

// LearnedLine returns a model's density on the line, at the places of Line.
func (s *Surface) LearnedLine(m points.Model) ([]float64, error) {
	if c, ok := m.(points.Conditional); ok && c.CondDim() > 0 {
		x, err := m.Sample(1, surfaceSamples)
		if err != nil {
			return nil, err
		}
		return metrics.KDE1(x.X, s.places(), s.bandwidth(x.X, 1, linePoints, 0.5)[0])
	}
	logp, err := m.LogProb(points.Points{X: s.places(), Dim: 1})
	y := make([]float64, len(logp))
	for i, v := range logp {
		y[i] = scalar.Exp(v)
	}
	return y, err
}
