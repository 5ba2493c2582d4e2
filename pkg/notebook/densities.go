package notebook

import "hgn.local/pkg/figures"

// Densities plots learned densities of the plane next to their common target, or each next to its own. A target and
// the densities learned from it share one colour scale.
func Densities(names ...string) {
	cell(func() error {
		all, err := allOf("Densities", names)
		if err != nil {
			return err
		}
		p, err := figures.Densities(drawn(all)...)
		if err != nil {
			return err
		}
		return showPicture(Folder(), "densities", "Densities of the targets, and the learned ones", p)
	})
}

// Gallery draws densities of the plane side by side, each above samples of it, with its own colour scale.
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

// Priors draws the densities that flows start from, each above samples of it. Their names are those of package
// prior's Parse, such as "normal" or "soft_uniform:width=3".
func Priors(specs ...string) {
	cell(func() error {
		if len(specs) == 0 {
			return mistake("nb.Priors needs priors, for example nb.Priors(\"normal\", \"soft_uniform\")")
		}
		var all []*figures.Surface
		for _, spec := range specs {
			s, err := figures.PriorSurface(spec)
			if err != nil {
				return err
			}
			all = append(all, s)
		}
		return showGallery("priors", all)
	})
}

func showGallery(name string, all []*figures.Surface) error {
	p, err := figures.Gallery(all...)
	if err != nil {
		return err
	}
	return showPicture(Folder(), name, "Densities, and samples of them", p)
}
