package figures

import (
	"context"
	"strings"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/nhf"
	"hgn.local/gomlx_models/points"
	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/runs"
	"hgn.local/pkg/training"
)

// Run is a trained run with what its pictures need, each part made when it is first needed.
type Run struct {
	*runs.Run
	Tests int    // how many test videos measures take; 0 is the usual number
	Label string // name in pictures

	device func() (*device.Device, error)
	model  runs.Model // nil until it is loaded
	meta   training.Meta
	test   *dataset.Dataset
	starts video.States // see Starts
	target *Surface
	fit    *calibration // see calibrated
}

// Of prepares the pictures of a run. device opens the backend, and may be called often.
func Of(run *runs.Run, label string, device func() (*device.Device, error)) *Run {
	return &Run{Run: run, Label: label, device: device}
}

// Use makes pictures show a model that the caller already holds, instead of loading one.
func (r *Run) Use(m runs.Model) { r.model, r.meta = m, training.Meta{} }

// Loaded returns the trained model, whatever it learned from, and its checkpoint's record of the training, which is
// zero after Use.
func (r *Run) Loaded() (runs.Model, training.Meta, error) {
	if r.model != nil {
		return r.model, r.meta, nil
	}
	d, err := r.device()
	if err != nil {
		return nil, training.Meta{}, err
	}
	r.model, r.meta, err = r.Load(d)
	return r.model, r.meta, err
}

// VideoModel returns the trained model of videos.
func (r *Run) VideoModel() (video.Model, error) {
	if err := r.ofVideos(); err != nil {
		return nil, err
	}
	m, _, err := r.Loaded()
	if err != nil {
		return nil, err
	}
	v, ok := m.(video.Model)
	if !ok {
		return nil, mistake("the run %q learned from states, so that there are no videos to show", r.Name())
	}
	return v, nil
}

func (r *Run) ofVideos() error {
	if r.OfDensity() {
		return mistake("the run %q learned a density, so that there are no videos to show", r.Name())
	}
	return nil
}

// Test returns the videos that were held out from training, with the states behind them if these are known.
func (r *Run) Test() (s *dataset.Dataset, err error) {
	if err := r.ofVideos(); err != nil {
		return nil, err
	}
	if r.test == nil {
		r.test, err = r.Data.Test(context.Background(), 0)
	}
	return r.test, err
}

// Measures returns the measures that a run of videos or states has stored for its current checkpoint, or computes
// them.
func (r *Run) Measures(ctx context.Context) (*runs.Report, error) {
	if err := r.ofVideos(); err != nil {
		return nil, err
	}
	d, err := r.device()
	if err != nil {
		return nil, err
	}
	return r.ReportOf(ctx, d, r.Tests)
}

// Ready returns the model and the test videos, from which most pictures of videos start.
func (r *Run) Ready() (video.Model, *dataset.Dataset, error) {
	m, err := r.VideoModel()
	if err != nil {
		return nil, nil, err
	}
	s, err := r.Test()
	return m, s, err
}

// generative returns the model as an HGN, the only model with a distribution of states.
func (r *Run) generative() (*hgn.Model, error) {
	m, err := r.VideoModel()
	if err != nil {
		return nil, err
	}
	h, ok := m.(*hgn.Model)
	if !ok {
		return nil, mistake("the run %q is of an %s, and the picture needs the states of an HGN: train one", r.Name(), ModelName(r.Config))
	}
	return h, nil
}

// DensityModel returns the trained model of a density, an *nhf.Model, an *rnvp.Model or an *nsf.Model, and the surface of its
// target. Of p(x|c) it is the model that draws points of p(x), at the conditions of the training points.
func (r *Run) DensityModel() (points.Model, *Surface, error) {
	if !r.OfDensity() {
		return nil, nil, mistake("the run %q learned from videos or states, so that there is no density to show", r.Name())
	}
	m, _, err := r.Loaded()
	if err != nil {
		return nil, nil, err
	}
	s, err := r.Target()
	if err != nil {
		return nil, nil, err
	}
	drawing, err := r.Data.Density.Drawing(m.(points.Model))
	return drawing, s, err
}

// Target returns the surface of the density that the run learned.
func (r *Run) Target() (s *Surface, err error) {
	if r.target == nil {
		r.target, err = SurfaceOf(r.Data.Density)
	}
	return r.target, err
}

// planar returns the model as a Neural Hamiltonian Flow in the plane, the only model of which everything can be
// drawn.
func (r *Run) planar() (*nhf.Model, *Surface, error) {
	m, s, err := r.DensityModel()
	if err != nil {
		return nil, nil, err
	}
	f, ok := m.(*nhf.Model)
	if !ok {
		return nil, nil, mistake("a Hamiltonian flow is to be shown, and the run %q is of an %s, which has no energy: give it a run of an NHF", r.Name(), ModelName(r.Config))
	}
	if s.Dim != 2 {
		return nil, nil, mistake("the picture draws the plane, and the run %q is of points with %d coordinates: give it a run of points with 2", r.Name(), s.Dim)
	}
	if r.Given() {
		return nil, nil, mistake("the run %q learned p(x|c), and its flow is another for every c: give the picture a run of p(x)", r.Name())
	}
	return f, s, nil
}

// ModelName returns the name of the kind of a run's model.
func ModelName(c runs.Config) string { return strings.ToUpper(c.Model) }
