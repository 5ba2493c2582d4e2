package notebook

import (
	"fmt"

	"hgn.local/pkg/figures"
	"hgn.local/pkg/runs"
)

// Density describes points to learn a density from, by the names of package density: a target such as "gaussians4",
// which is sampled; "FILE.png", a picture that is dense where it is light, or "ink:FILE.png", where it is dark;
// "FILE.npz", the points in its array x, [N, d], or "FILE.csv" and ".tsv", the rows of a table whose first row names the
// columns; a tenth of them is held out for testing. Options: Points (how many to draw, default 50 000; a file brings its
// own), Seed; of a file Columns and Cond.
func Density(target string, opts ...Option) (d *Data) {
	cell(func() (err error) {
		d, err = describedDensity(target, opts)
		return err
	})
	return d
}

func describedDensity(target string, opts []Option) (*Data, error) {
	s, err := applyOptions("Density", settings{points: runs.TrainPoints, seed: 1}, opts, "Points", "Seed", "Columns", "Cond")
	if err != nil {
		return nil, err
	}
	source, err := runs.FromColumns(target, s.points, s.seed, s.selection())
	if err != nil {
		return nil, err
	}
	if source.Density.Points == 0 && s.has("Points") {
		return nil, mistake("nb.Points does not apply to a file of points, which has its own: leave it out")
	}
	for _, remark := range source.Remarks {
		showNote("%s.", remark)
	}
	return &Data{source}, nil
}

// showDensity displays a density and samples of it.
func showDensity(d *runs.Density) error {
	s, err := figures.SurfaceOf(d)
	if err != nil {
		return err
	}
	p, err := s.Picture()
	if err != nil {
		return err
	}
	return showPicture(Folder(), s.FileName()+"_density", fmt.Sprintf("The density %s, and samples of it%s", s.Name, shownColumns(d.Names)), p)
}
