package runs

import (
	"encoding/csv"
	"strings"

	"hgn.local/gomlx_models/points"
	"hgn.local/pkg/badinput"
	"hgn.local/pkg/dataset/npz"
	"hgn.local/pkg/density"
)

// Given tells whether the run's density is p(x|c) of points that are given with conditions.
func (c Config) Given() bool { return c.OfDensity() && len(c.Data.Density.Cond) > 0 }

// selection returns what of a file of points was chosen.
func (d *Density) selection() (s density.Selection) {
	if !density.IsSamples(d.Target) {
		return s
	}
	s.Columns = d.Names
	for _, c := range d.Cond {
		name := c.Name
		if len(c.Classes) > 0 {
			name = "class:" + name
		}
		s.Cond = append(s.Cond, name)
	}
	if s.Cond == nil {
		s.Cond = []string{"none"} // also where the file has conditions
	}
	return s
}

// pointsOf returns samples with their conditions.
func pointsOf(s *density.Samples) points.Points {
	x := points.Points{X: s.Points(), Dim: s.Dim()}
	if conditions, cond := s.Conditions(); len(conditions) > 0 {
		x.Cond, x.CondDim = cond, density.Width(conditions)
	}
	return x
}

// PointsOf reads points from a file to be judged by a model of the density, with their conditions; see density.Points.
func (d *Density) PointsOf(path string) (points.Points, error) {
	x, cond, err := density.Points(path, d.Dim, d.Names, d.Cond)
	if err != nil {
		return points.Points{}, err
	}
	return points.Points{X: x, Dim: d.Dim, Cond: cond, CondDim: density.Width(d.Cond)}, nil
}

// Conditions reads conditions as their user writes them: the value of each, separated by commas, or a file with a row of
// values for every point. It returns them as the model takes them, and their number.
func (d *Density) Conditions(text string) (cond []float64, n int, err error) {
	if len(d.Cond) == 0 {
		return nil, 0, badinput.Errorf("the run learned p(x) of points without a condition: leave the condition out")
	}
	if density.IsSamples(text) {
		return density.Conditions(text, d.Cond)
	}
	r := csv.NewReader(strings.NewReader(text))
	r.TrimLeadingSpace = true
	values, err := r.Read()
	if err != nil {
		return nil, 0, badinput.Errorf("the condition %q is not a list of values, separated by commas", text)
	}
	cond, err = density.Encode(d.Cond, values)
	return cond, 1, err
}

// CondNames says what the conditions are.
func (d *Density) CondNames() string { return density.Describe(d.Cond) }

// Write writes points of the density into a file, with the names of their coordinates and with their conditions: an .npz
// file, which may hold more arrays, or a table. density.FromFile reads it.
func (d *Density) Write(path string, x points.Points, more ...npz.Array) error {
	return density.Write(path, density.Rows{X: x.X, Dim: x.Dim, Cond: x.Cond}, d.Names, d.Cond, d.Shape, more...)
}

// Drawing returns a model of the density as one that draws points of p(x): a model of p(x|c) takes the conditions of the
// training points in turn. Its log p is not to be asked for.
func (d *Density) Drawing(m points.Model) (points.Model, error) {
	if len(d.Cond) == 0 {
		return m, nil
	}
	train, err := d.Train()
	if err != nil {
		return nil, err
	}
	return at(m, train)
}

// at returns a model at the conditions of some points.
func at(m points.Model, x points.Points) (points.Model, error) {
	if x.CondDim == 0 {
		return m, nil
	}
	return m.(points.Conditional).At(x.Cond)
}

// Column describes a coordinate of the points of a file, and how the model scales it: it sees (x - mean)/scale.
type Column struct {
	Name  string  `json:"name"`
	Mean  float64 `json:"mean"`
	Scale float64 `json:"scale"`
}

// columns describes the coordinates of training points that have names.
func (d *Density) columns(train points.Points) (all []Column, err error) {
	if d.Names == nil {
		return nil, nil
	}
	s, err := points.Standardise(train)
	if err != nil {
		return nil, err
	}
	for k, name := range d.Names {
		all = append(all, Column{name, s.Mean[k], s.Scale[k]})
	}
	return all, nil
}

// baseline fills in how likely the test points are under a normal density of the training points.
func (o *DensityReport) baseline(train, test points.Points) {
	logp, err := density.Baseline(density.Rows{X: train.X, Dim: train.Dim, Cond: train.Cond}, density.Rows{X: test.X, Dim: test.Dim, Cond: test.Cond})
	if err != nil { // the points lie in a plane, for example: then there is no such density
		return
	}
	nll, off := meanError(negative(logp))
	o.GaussianNLL, o.GaussianNLLError = finite(nll), finite(off)
}
