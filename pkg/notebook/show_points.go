package notebook

import (
	"fmt"
	"strings"

	"hgn.local/gomlx_models/points"
	"hgn.local/pkg/plots"
	"hgn.local/pkg/runs"
	"hgn.local/pkg/training"
)

// trained displays the curve of the loss, and what was learned beside the target.
func (s *pointScene) trained() error {
	log, err := training.ReadLog(s.run.Dir)
	if err != nil {
		return err
	}
	p, err := s.curve("Training "+s.run.Name(), log, 780, 300)
	if err != nil {
		return err
	}
	if err := showPicture(s.run.Dir, "curve", "Loss curve of the training", p); err != nil {
		return err
	}
	if p, err = s.run.learnedPicture(); err != nil {
		return err
	}
	return showPicture(s.run.Dir, "density", "The density of the target, the learned one, and points that the model draws", p)
}

func (s *pointScene) measures(bool) error { return showDensityTable([]*Run{s.run}) }

// learnedPicture is the density of the target and the learned one, on one scale, and points that the model draws.
func (r *Run) learnedPicture() (*plots.Picture, error) {
	m, s, err := r.learned("Show")
	if err != nil {
		return nil, err
	}
	x, err := m.Sample(1, shownSamples)
	if err != nil {
		return nil, err
	}
	switch s.dim {
	case 1:
		q, target, err := s.line()
		if err != nil {
			return nil, err
		}
		learned, err := s.learnedLine(m)
		if err != nil {
			return nil, err
		}
		return plots.Curves(plots.Chart{Title: s.name, X: "q", Y: "density", Height: 300},
			plots.Series{Name: "learned", X: q, Y: learned}, plots.Series{Name: "true", X: q, Y: target})
	case 2:
		target, err := s.field()
		if err != nil {
			return nil, err
		}
		learned, err := r.learnedField(m, s)
		if err != nil {
			return nil, err
		}
		return plots.Panels("", 3, plots.Panel{Title: "Target, " + s.kind(), Density: target}, plots.Panel{Title: "Learned density", Density: learned},
			plots.Panel{Title: "Points that the model draws", Points: x.X, Low: s.low, High: s.high})
	}
	title := fmt.Sprintf("Two of %d coordinates", s.dim)
	return plots.Panels(title, 2, plots.Panel{Title: "Points of the target", Points: s.dots(s.points), Low: s.low, High: s.high},
		plots.Panel{Title: "Points that the model draws", Points: s.dots(x.X), Low: s.low, High: s.high})
}

// learned is the model of a density and the surface of its target.
func (r *Run) learned(call string) (points.Model, *surface, error) {
	if !r.OfDensity() {
		return nil, nil, mistake("nb.%s shows a density, and the run %q learned from %s: train one with nb.Train(%q, nhf.Quick(), nb.Density(\"gaussians4\")), for example", call, r.Name(), r.learnedFrom(), "flow")
	}
	if err := r.load(); err != nil {
		return nil, nil, err
	}
	s, err := r.surface()
	return r.model.(points.Model), s, err
}

func (r *Run) learnedFrom() string {
	if r.Config.Model == "hnn" {
		return "states or videos"
	}
	return "videos"
}

// DensityModel is the trained model of a density, an *nhf.Model or an *rnvp.Model.
func (r *Run) DensityModel() (m points.Model) {
	cell(func() (err error) {
		m, _, err = r.learned("DensityModel")
		return err
	})
	return m
}

// allOf opens runs of densities by their names.
func allOf(call string, names []string) ([]*Run, error) {
	if len(names) == 0 {
		return nil, mistake("nb.%s needs the names of runs, for example nb.%s(\"flow\", \"rnvp\")", call, call)
	}
	var out []*Run
	for _, name := range names {
		r, err := open(name)
		if err != nil {
			return nil, err
		}
		if _, _, err := r.learned(call); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// sameTarget tells whether all runs learned the same density.
func sameTarget(all []*Run) bool {
	for _, r := range all {
		if r.Data.Density.Target != all[0].Data.Density.Target {
			return false
		}
	}
	return true
}

// plainName is the name of a run that a picture shows, without what marks a trial.
func (r *Run) plainName() string {
	suffix, _ := trialSuffix()
	return strings.TrimSuffix(r.Name(), suffix)
}

// modelName is the name of the kind of a run's model.
func modelName(c runs.Config) string { return strings.ToUpper(c.Model) }
