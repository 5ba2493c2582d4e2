package figures

import (
	"hgn.local/gomlx_models/prior"
	"hgn.local/pkg/plots"
)

const gallerySamples = 900 // number for each density: many pictures share one figure

// Gallery draws densities of the plane side by side, each above samples of it, with its own colour scale.
func Gallery(all ...*Surface) (*plots.Picture, error) {
	var pairs []*plots.Picture
	for _, s := range all {
		if s.Dim != 2 {
			return nil, mistake("a gallery is of the plane, and %s is of points with %d coordinates: give it densities of the plane", s.Name, s.Dim)
		}
		field, err := s.Field()
		if err != nil {
			return nil, err
		}
		pair, err := plots.Panels("", 1, plots.Panel{Title: s.Name, Density: field}, plots.Panel{Points: s.Dots(s.Points[:min(len(s.Points), 2*gallerySamples)]), Low: s.Low, High: s.High})
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, pair)
	}
	return plots.Grid(columnsOf(len(pairs)), pairs...)
}

// PriorSurface returns the density of a prior in the plane, named as for package prior's Parse.
func PriorSurface(spec string) (*Surface, error) {
	p, err := prior.Parse(spec, 2)
	if err != nil {
		return nil, err
	}
	return NewSurface(spec, p), nil
}

// columnsOf arranges n panels in rows of three, or in rows of two if that is more even.
func columnsOf(n int) int {
	if n == 4 {
		return 2
	}
	return min(n, 3)
}
