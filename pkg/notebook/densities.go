package notebook

import (
	"hgn.local/pkg/figures"
	"hgn.local/pkg/plots"
)

// Densities draws what runs in the plane have learned: beside the one target of all, or each beside its own. A target and
// what was learned of it have one colour scale.
func Densities(names ...string) {
	cell(func() error { return densities(names) })
}

func densities(names []string) error {
	all, err := allOf("Densities", names)
	if err != nil {
		return err
	}
	one := figures.SameTarget(drawn(all))
	var panels []plots.Panel
	var pairs []*plots.Picture
	for i, r := range all {
		m, s, err := r.learned("Densities")
		if err != nil {
			return err
		}
		if s.Dim != 2 {
			return mistake("nb.Densities draws the plane, and the run %q is of points with %d coordinates: nb.Show shows it", r.Name(), s.Dim)
		}
		learned, err := r.drawn.LearnedField(m, s)
		if err != nil {
			return err
		}
		title := r.drawn.Label
		if !one || i == 0 {
			target, err := s.Field()
			if err != nil {
				return err
			}
			panels = append(panels, plots.Panel{Title: s.Name, Density: target})
		}
		panels = append(panels, plots.Panel{Title: title, Density: learned})
		if !one {
			pair, err := plots.Panels("", 1, panels...)
			if err != nil {
				return err
			}
			pairs, panels = append(pairs, pair), nil
		}
	}
	var picture *plots.Picture
	if one {
		picture, err = plots.Panels("", columnsOf(len(panels)), panels...)
	} else {
		picture, err = plots.Grid(columnsOf(len(pairs)), pairs...)
	}
	if err != nil {
		return err
	}
	return showPicture(Folder(), "densities", "Densities of the targets, and the learned ones", picture)
}
