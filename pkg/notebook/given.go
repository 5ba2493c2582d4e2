package notebook

import (
	"fmt"
	"strings"

	"hgn.local/gomlx_models/points"
	"hgn.local/pkg/density"
)

// Columns chooses the columns of a file of points that are coordinates, by their names.
func Columns(names ...string) Option {
	return Option{"Columns", func(s *settings) { s.columns = append(s.columns, names...) }}
}

// Cond chooses the columns of a file of points that are conditions c, so that p(x|c) is learned: numbers, or classes if
// they hold texts or are called "class:NAME". "none" leaves out the array cond of an .npz file.
func Cond(names ...string) Option {
	return Option{"Cond", func(s *settings) { s.cond = append(s.cond, names...) }}
}

// At says at which condition points are drawn, by a value for each of the conditions, such as At("dog", 5).
func At(values ...any) Option {
	return Option{"At", func(s *settings) {
		for _, v := range values {
			s.at = append(s.at, fmt.Sprint(v))
		}
	}}
}

// Draw draws n points of a learned density. Of p(x|c), At says at which c; without it they are drawn at the conditions of
// the training points, so that they are points of p(x). Options: At, Seed.
func (r *Run) Draw(n int, opts ...Option) (x points.Points) {
	cell(func() (err error) {
		x, err = r.draw(n, opts)
		return err
	})
	return x
}

func (r *Run) draw(n int, opts []Option) (points.Points, error) {
	s, err := applyOptions("Run.Draw", settings{seed: 1}, opts, "At", "Seed")
	if err != nil {
		return points.Points{}, err
	}
	m, _, err := r.learned("Run.Draw")
	if err != nil {
		return points.Points{}, err
	}
	if s.has("At") {
		if !r.Given() {
			return points.Points{}, mistake("nb.At says at which c to draw points of p(x|c), and the run %q learned p(x): leave it out", r.Name())
		}
		cond, err := density.Encode(r.Data.Density.Cond, s.at)
		if err != nil {
			return points.Points{}, err
		}
		if m, err = m.(points.Conditional).At(cond); err != nil {
			return points.Points{}, err
		}
	}
	return m.Sample(s.seed, n)
}

// Pictures shows points that are grey pictures, such as digits: those of the data beside some that the model draws, a row
// for each class of p(x|c). Options: Points (how many in a row, default 8), Seed.
func Pictures(run *Run, opts ...Option) {
	cell(func() error {
		s, err := applyOptions("Pictures", settings{seed: 1}, opts, "Points", "Seed")
		if err != nil {
			return err
		}
		if _, _, err := run.learned("Pictures"); err != nil {
			return err
		}
		p, err := run.drawn.Pictures(s.points, s.seed)
		if err != nil {
			return err
		}
		return showPicture(run.Dir, "pictures", "Points of the data as pictures, and points that the model draws", p)
	})
}

// selection returns the columns that options choose.
func (s settings) selection() density.Selection {
	return density.Selection{Columns: s.columns, Cond: s.cond}
}

// shownColumns lists the columns of a file of points, for the caption of their picture.
func shownColumns(names []string) string {
	if len(names) < 2 {
		return ""
	}
	return ", columns " + strings.Join(names[:2], " and ")
}
