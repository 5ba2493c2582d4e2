package figures

import "hgn.local/pkg/plots"

// Densities plots learned densities of the plane next to their common target, or each next to its own. A target and
// the densities learned from it share one colour scale.
func Densities(all ...*Run) (*plots.Picture, error) {
	one := SameTarget(all)
	var panels []plots.Panel
	var pairs []*plots.Picture
	for i, r := range all {
		m, s, err := r.DensityModel()
		if err != nil {
			return nil, err
		}
		if s.Dim != 2 {
			return nil, mistake("the picture draws the plane, and the run %q is of points with %d coordinates: give it runs of points with 2", r.Name(), s.Dim)
		}
		learned, err := r.LearnedField(m, s)
		if err != nil {
			return nil, err
		}
		if !one || i == 0 {
			target, err := s.Field()
			if err != nil {
				return nil, err
			}
			panels = append(panels, plots.Panel{Title: s.Name, Density: target})
		}
		panels = append(panels, plots.Panel{Title: r.Label, Density: learned})
		if !one {
			pair, err := plots.Panels("", 1, panels...)
			if err != nil {
				return nil, err
			}
			pairs, panels = append(pairs, pair), nil
		}
	}
	if one {
		return plots.Panels("", columnsOf(len(panels)), panels...)
	}
	return plots.Grid(columnsOf(len(pairs)), pairs...)
}
