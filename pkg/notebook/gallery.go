package notebook

import (
	"math/rand/v2"

	"hgn.local/gomlx_models/prior"
	"hgn.local/pkg/plots"
)

const gallerySamples = 900 // of each density: many pictures in one

// Gallery draws densities of the plane side by side, each above samples of it, with a colour scale of its own.
func Gallery(data ...*Data) {
	cell(func() error {
		if len(data) == 0 {
			return mistake("nb.Gallery needs densities, for example nb.Gallery(nb.Density(\"rings\"), nb.Density(\"two_moons\"))")
		}
		var all []*surface
		for _, d := range data {
			if d == nil || d.source.Density == nil {
				return mistake("nb.Gallery shows densities: give it nb.Density(...), and videos to nb.Show")
			}
			s, err := surfaceOf(d.source.Density)
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
		var all []*surface
		for _, spec := range specs {
			p, err := prior.Parse(spec, 2)
			if err != nil {
				return err
			}
			all = append(all, newSurface(spec, priorTarget{p}))
		}
		return showGallery("priors", all)
	})
}

func showGallery(name string, all []*surface) error {
	var pairs []*plots.Picture
	for _, s := range all {
		if s.dim != 2 {
			return mistake("a gallery is of the plane, and %s is of points with %d coordinates: nb.Show shows it", s.name, s.dim)
		}
		field, err := s.field()
		if err != nil {
			return err
		}
		pair, err := plots.Panels("", 1, plots.Panel{Title: s.name, Density: field}, plots.Panel{Points: s.dots(s.points[:min(len(s.points), 2*gallerySamples)]), Low: s.low, High: s.high})
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

// priorTarget is a prior as a target.
type priorTarget struct{ prior.Prior }

func (p priorTarget) Name() string                   { return p.String() }
func (p priorTarget) LogDensity(x []float64) float64 { return p.LogProb(x) }

func (p priorTarget) Sample(r *rand.Rand, n int) []float64 {
	out := make([]float64, n*p.Dim())
	for i := range n {
		p.Prior.Sample(r, out[i*p.Dim():(i+1)*p.Dim()])
	}
	return out
}
