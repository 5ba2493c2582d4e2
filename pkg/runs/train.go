package runs

import (
	"context"

	"github.com/gomlx/gomlx/ml/model"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/video"
	"hgn.local/kernels_xla/device"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/training"
)

// Trained is the outcome of a training; its JSON form is what `hgn train --json` prints.
type Trained struct {
	Steps             int     `json:"steps"`
	Seconds           float64 `json:"seconds"` // of training, over all resumptions
	StepSecondsMedian float64 `json:"step_seconds_median"`
	CompileSeconds    float64 `json:"compile_seconds"` // within Seconds, of this call
	Loss              float64 `json:"loss"`
	MSE               float64 `json:"mse"` // of the training batches, smoothed
	KL                float64 `json:"kl"`  // nats, smoothed
	Restarts          int     `json:"restarts"`
	Interrupted       bool    `json:"interrupted"`
	Backend           string  `json:"backend"`
	SIMD              bool    `json:"simd"`
}

// Options of Train.
type Options struct {
	Resume   bool
	Data     *dataset.Set                               // the training set, where it is at hand already
	Progress func(done, total int)                      // of generating the data; may be nil
	Observe  []func(training.Event)                     // see package training
	Preview  func(m *hgn.Model, step int, v video.Clips) // called after every step with the model as it is; may be nil
}

// Train trains the run, or continues it.
func (r *Run) Train(ctx context.Context, d *device.Device, o Options) (Trained, error) {
	set := o.Data
	if set == nil {
		var err error
		if set, err = r.Data.Train(ctx, o.Progress); err != nil {
			return Trained{}, err
		}
	}
	videos := Videos(set)
	m, err := hgn.New(d.Backend, r.Params, videos.Shape, meanFrame(set))
	if err != nil {
		return Trained{}, err
	}
	learner, err := hgn.NewLearner(m, videos)
	if err != nil {
		return Trained{}, err
	}
	t := &task{learner: learner, model: m, videos: videos, preview: o.Preview}
	s, err := training.Run(ctx, t, training.Options{Dir: r.Dir, Resume: o.Resume, Observe: o.Observe})
	return Trained{
		Steps: s.Steps, Seconds: s.Seconds, StepSecondsMedian: s.StepSecondsMedian, CompileSeconds: learner.CompileTime().Seconds(),
		Loss: s.Loss, MSE: s.Smoothed["mse"], KL: s.Smoothed["kl"], Restarts: s.Attempt, Interrupted: s.Interrupted,
		Backend: d.Name, SIMD: device.SIMD(),
	}, err
}

// task shows a learner to package training.
type task struct {
	learner *hgn.Learner
	model   *hgn.Model
	videos  video.Clips
	preview func(*hgn.Model, int, video.Clips)
}

func (t *task) Steps() int          { return t.model.Params.Steps }
func (t *task) Store() *model.Store { return t.model.Store() }

func (t *task) Step(step int) (training.Losses, error) {
	l, err := t.learner.Step(step)
	if err != nil {
		return nil, err
	}
	if t.preview != nil {
		t.preview(t.model, step, t.videos)
	}
	return training.Losses{"loss": l.Loss, "mse": l.MSE, "kl": l.KL}, nil
}

// Judge and Restart make it a training.Judge.
func (t *task) Judge(step int, _ training.Losses) string { return t.learner.Judge(step) }
func (t *task) Restart(attempt int) error                { return t.learner.Restart(attempt) }

func meanFrame(s *dataset.Set) []float32 {
	mean := s.MeanFrame()
	out := make([]float32, len(mean))
	for i, v := range mean {
		out[i] = float32(v)
	}
	return out
}
