package notebook

import (
	"strings"

	"hgn.local/gomlx_models/points"
	"hgn.local/pkg/figures"
	"hgn.local/pkg/runs"
	"hgn.local/pkg/training"
)

// trained displays the curve of the loss, and the learned density beside the target.
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
	if s.target == nil {
		return nil
	}
	if p, err = s.run.drawn.Learned(); err != nil {
		return err
	}
	return showPicture(s.run.Dir, "density", "The density of the target, the learned one, and points that the model draws", p)
}

func (s *pointScene) measures(bool) error { return showDensityTable([]*Run{s.run}) }

// learned returns the model of a density and the surface of its target.
func (r *Run) learned(call string) (points.Model, *figures.Surface, error) {
	if !r.OfDensity() {
		return nil, nil, mistake("nb.%s shows a density, and the run %q learned from %s: train one with nb.Train(%q, nhf.Quick(), nb.Density(\"gaussians4\")), for example", call, r.Name(), r.learnedFrom(), "flow")
	}
	return r.drawn.DensityModel()
}

func (r *Run) learnedFrom() string {
	if r.Config.Model == "hnn" {
		return "states or videos"
	}
	return "videos"
}

// DensityModel returns the trained model of a density, an *nhf.Model, an *rnvp.Model or an *nsf.Model.
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

// drawn returns the figures.Run of each run.
func drawn(all []*Run) []*figures.Run {
	var out []*figures.Run
	for _, r := range all {
		out = append(out, r.drawn)
	}
	return out
}

// plainName returns the name of a run that a picture shows, without the mark of a trial.
func plainName(r *runs.Run) string {
	suffix, _ := trialSuffix()
	return strings.TrimSuffix(r.Name(), suffix)
}
