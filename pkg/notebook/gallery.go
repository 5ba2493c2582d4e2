package notebook

import (
	"hgn.local/gomlx_models/prior"
	"hgn.local/pkg/figures"
	"hgn.local/pkg/plots"
)

const gallerySamples = 900 // of each density: many pictures in one

// Gallery draws densities of the plane side by side, each above samples of it, with a colour scale of its own.
func Gallery(data ...*Data) {
	cell(func() error {
		if len(data) == 0 {
			return mistake("nb.Gallery needs densities, for example nb.Gallery(nb.Density(\"rings\"), nb.Density(\"two_moons\"))")
		}
		var all []*figures.Surface
		for _, d := range data {
			if d == nil || d.source.Density == nil {
				return mistake("nb.Gallery shows densities: give it nb.Density(...), and videos to nb.Show")
			}
			s, err := figures.SurfaceOf(d.source.Density)
			if err != nil {
				return err
			}
			all = append(all, s)
		}
		return showGallery("gallery", all)
	})
}

// Priors draws the densities that flows start from, given as package prior's Parse takes them, such as "normal" or
// "soft_uniform:width=3": each above samples of it.
func Priors(specs ...string) {
	cell(func() error {
		if len(specs) == 0 {
			return mistake("nb.Priors needs priors, for example nb.Priors(\"normal\", \"soft_uniform\")")
		}
		var all []*figures.Surface
		for _, spec := range specs {
			p, err := prior.Parse(spec, 2)
			if err != nil {
				return err
			}
			all = append(all, figures.NewSurface(spec, p))
		}
		return showGallery("priors", all)
	})
}

func showGallery(name string, all []*figures.Surface) error {
	var pairs []*plots.Picture
	for _, s := range all {
		if s.Dim != 2 {
			return mistake("a gallery is of the plane, and %s is of points with %d coordinates: nb.Show shows it", s.Name, s.Dim)
		}
		field, err := s.Field()
		if err != nil {
			return err
		}
		pair, err := plots.Panels("", 1, plots.Panel{Title: s.Name, Density: field}, plots.Panel{Points: s.Dots(s.Points[:min(len(s.Points), 2*gallerySamples)]), Low: s.Low, High: s.High})
		if err != nil {
			return err
		}
		pairs = append(pairs, pair)
	}
	picture, err := plots.Grid(columnsOf(len(pairs)), pairs...)
	if err != nil {
		return err
	}
	return showPicture(Folder(), name, "Densities, and samples of them", picture)
}

// columnsOf lays n panels out in rows of three, or of two where that is more even.
func columnsOf(n int) int {
	if n == 4 {
		return 2
	}
	return min(n, 3)
}
