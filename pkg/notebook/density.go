package notebook

import (
	"fmt"

	"hgn.local/pkg/plots"
	"hgn.local/pkg/runs"
)

// Density describes points to learn a density from, by the names of package density: a target such as "gaussians4", which
// is sampled; "FILE.png", a picture that is dense where it is light, or "ink:FILE.png", where it is dark; "FILE.npz", the
// points in its array x, [N, d], of which a tenth is held out for testing. Options: Points (how many to draw, default 50 000;
// a file has its own), Seed.
func Density(target string, opts ...Option) (d *Data) {
	cell(func() (err error) {
		d, err = describedDensity(target, opts)
		return err
	})
	return d
}

func describedDensity(target string, opts []Option) (*Data, error) {
	s, err := settle("Density", settings{points: runs.TrainPoints, seed: 1}, opts, "Points", "Seed")
	if err != nil {
		return nil, err
	}
	source, err := runs.FromDensity(target, s.points, s.seed)
	if err != nil {
		return nil, err
	}
	if source.Density.Points == 0 && s.has("Points") {
		return nil, mistake("nb.Points does not apply to a file of points, which has its own: leave it out")
	}
	return &Data{source}, nil
}

// showDensity displays a density and samples of it.
func showDensity(d *runs.Density) error {
	s, err := surfaceOf(d)
	if err != nil {
		return err
	}
	p, err := s.picture()
	if err != nil {
		return err
	}
	return showPicture(Folder(), s.fileName()+"_density", fmt.Sprintf("The density %s, and samples of it", s.name), p)
}

// picture draws the density beside samples of it.
func (s *surface) picture() (*plots.Picture, error) {
	title := s.name
	if s.exact != nil {
		title += fmt.Sprintf(": entropy %.3f nats", s.entropy())
	}
	if s.dim == 1 {
		x, y, err := s.line()
		if err != nil {
			return nil, err
		}
		return plots.Curves(plots.Chart{Title: title, X: "q", Y: "density", Height: 300}, plots.Series{Name: s.kind(), X: x, Y: y})
	}
	samples := plots.Panel{Title: "Samples", Points: s.dots(s.points), Low: s.low, High: s.high}
	if s.dim > 2 {
		samples.Title += fmt.Sprintf(", two of %d coordinates", s.dim)
		return plots.Panels(title, 1, samples)
	}
	field, err := s.field()
	if err != nil {
		return nil, err
	}
	return plots.Panels(title, 2, plots.Panel{Title: capital(s.kind()), Density: field}, samples)
}
