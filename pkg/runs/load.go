package runs

import (
	"path/filepath"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/badinput"
	"hgn.local/pkg/training"
)

// Load returns the run's model with the variables of its checkpoint, and how far its training is.
func (r *Run) Load(d *device.Device) (*hgn.Model, training.Meta, error) {
	if !r.Trained() {
		return nil, training.Meta{}, badinput.Errorf("nothing was trained in %s yet: train it first", r.Dir)
	}
	video, err := r.Data.video()
	if err != nil {
		return nil, training.Meta{}, err
	}
	m, err := hgn.New(d.Backend, r.Params, video, nil)
	if err != nil {
		return nil, training.Meta{}, err
	}
	meta, err := training.LoadCheckpoint(filepath.Join(r.Dir, training.CheckpointFile), m.Store())
	if err != nil {
		return nil, training.Meta{}, err
	}
	if err := m.Check(); err != nil {
		return nil, training.Meta{}, badinput.Errorf("the checkpoint in %s is not of the model that run.json describes (%w): train the run again", r.Dir, err)
	}
	return m, meta, nil
}
