package runs

import (
	"path/filepath"

	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/badinput"
	"hgn.local/pkg/training"
)

// VideoModel loads the trained model of a run that learned from videos.
func (r *Run) VideoModel(d *device.Device) (video.Model, error) {
	m, _, err := r.Load(d)
	if err != nil {
		return nil, err
	}
	v, ok := m.(video.Model)
	if !ok {
		what := "states"
		if r.OfDensity() {
			what = "points"
		}
		return nil, badinput.Errorf("the model in %s learned from %s, so that there are no videos to show", r.Dir, what)
	}
	return v, nil
}

// Load builds the model of a trained run and fills it with the checkpoint.
func (r *Run) Load(d *device.Device) (Model, training.Meta, error) {
	if !r.Trained() {
		return nil, training.Meta{}, badinput.Errorf("nothing was trained in %s yet: train it first", r.Dir)
	}
	k, err := kindOf(r.Model)
	if err != nil {
		return nil, training.Meta{}, err
	}
	m, err := k.build(d, r.Params, r.Data, nil)
	if err != nil {
		return nil, training.Meta{}, err
	}
	meta, err := training.LoadCheckpoint(filepath.Join(r.Dir, training.CheckpointFile), m.Store())
	if err != nil {
		return nil, training.Meta{}, err
	}
	if meta.Notice != "" {
		d.Notice("%s", meta.Notice)
	}
	if err := m.Check(); err != nil {
		return nil, training.Meta{}, badinput.Errorf("the checkpoint in %s is not of the model that run.json describes (%w): train the run again", r.Dir, err)
	}
	return m, meta, nil
}
