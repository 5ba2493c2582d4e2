package figures

import (
	"fmt"

	"hgn.local/pkg/plots"
)

// Picture draws the density beside samples of it.
func (s *Surface) Picture() (*plots.Picture, error) {
	title := s.Name
	if s.Exact != nil {
		title += fmt.Sprintf(": entropy %.3f nats", s.Entropy())
	}
	if s.Dim == 1 {
		x, y, err := s.Line()
		if err != nil {
			return nil, err
		}
		return plots.Curves(plots.Chart{Title: title, X: "q", Y: "density", Height: 300}, plots.Series{Name: "density, " + s.Kind(), X: x, Y: y})
	}
	samples := plots.Panel{Title: "Samples", Points: s.Dots(s.Points), Low: s.Low, High: s.High}
	if s.Dim > 2 {
		samples.Title += fmt.Sprintf(", two of %d coordinates", s.Dim)
		return plots.Panels(title, 1, samples)
	}
	field, err := s.Field()
	if err != nil {
		return nil, err
	}
	return plots.Panels(title, 2, plots.Panel{Title: "Density: " + s.Kind(), Density: field}, samples)
}

// Learned draws the density of the target and the learned one, on one scale, and points that the model draws.
func (r *Run) Learned() (*plots.Picture, error) {
	m, s, err := r.DensityModel()
	if err != nil {
		return nil, err
	}
	x, err := m.Sample(1, ShownSamples)
	if err != nil {
		return nil, err
	}
	switch s.Dim {
	case 1:
		q, target, err := s.Line()
		if err != nil {
			return nil, err
		}
		learned, err := s.LearnedLine(m)
		if err != nil {
			return nil, err
		}
		return plots.Curves(plots.Chart{Title: s.Name, X: "q", Y: "density", Height: 300},
			plots.Series{Name: "learned", X: q, Y: learned}, plots.Series{Name: "true", X: q, Y: target})
	case 2:
		target, err := s.Field()
		if err != nil {
			return nil, err
		}
		learned, err := r.LearnedField(m, s)
		if err != nil {
			return nil, err
		}
		return plots.Panels("", 3, plots.Panel{Title: "Target density: " + s.Kind(), Density: target}, plots.Panel{Title: "Learned density: " + LearnedKind(m), Density: learned},
			plots.Panel{Title: "Points that the model draws", Points: x.X, Low: s.Low, High: s.High})
	}
	title := fmt.Sprintf("Two of %d coordinates", s.Dim)
	return plots.Panels(title, 2, plots.Panel{Title: "Points of the target", Points: s.Dots(s.Points), Low: s.Low, High: s.High},
		plots.Panel{Title: "Points that the model draws", Points: s.Dots(x.X), Low: s.Low, High: s.High})
}
