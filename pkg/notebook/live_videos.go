package notebook

import (
	"image/color"
	"sync"

	"hgn.local/gomlx_models/hgn"
	"hgn.local/gomlx_models/video"
	"hgn.local/pkg/dataset"
	"hgn.local/pkg/figures"
	"hgn.local/pkg/plots"
	"hgn.local/pkg/runs"
	"hgn.local/pkg/training"
)

// videoScene shows a training on videos: pixel errors between two baselines, and a test video with its
// reconstruction. For a model that learns from states it shows the loss.
type videoScene struct {
	run         *Run
	test        *dataset.Dataset // the first of these videos is reconstructed
	mean, floor float64          // baselines: errors of the mean frame, and of the clean frames, 0 if these are unknown

	mu    sync.Mutex // guards films
	films []plots.Film
}

func newVideoScene(r *Run) (*videoScene, error) {
	test, err := r.tested()
	if err != nil {
		return nil, err
	}
	mean, floor, err := figures.Baselines(test)
	return &videoScene{run: r, test: test, mean: mean, floor: floor}, err
}

func (s *videoScene) getting() string {
	if s.run.Data.Recipe != nil {
		return "simulating the training videos"
	}
	return "reading the training videos"
}

func (s *videoScene) describe(e training.Event) string {
	return progressOf(e) + figures.Curriculum(s.run.Params, runs.Videos(s.test).Shape, e.Step)
}

func (s *videoScene) alt() string {
	return "Loss curve of the training, and a test video with its reconstruction"
}

// renew makes the films of target and reconstruction.
func (s *videoScene) renew(trained runs.Model) error {
	m, ok := trained.(video.Model)
	if !ok {
		return nil
	}
	one := s.test.Subset(0, 1)
	start, err := quickStart(m, runs.Videos(one))
	if err != nil {
		return err
	}
	states, err := m.Rollout(start, one.Dt, one.T-1)
	if err != nil {
		return err
	}
	all := video.States{N: len(states), D: start.D}
	for _, state := range states {
		all.Q, all.P = append(all.Q, state.Q...), append(all.P, state.P...)
	}
	pixels, err := m.Draw(all)
	if err != nil {
		return err
	}
	n := len(pixels) / one.T
	learned := plots.Film{Label: "reconstruction"}
	for t := range one.T {
		learned.Frames = append(learned.Frames, runs.RGB(pixels[t*n:][:n]))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.films = []plots.Film{{Label: "target, a test video", Frames: figures.Frames(one, 0)}, learned}
	return nil
}

// quickStart infers the states at the first frames in a quick way: for an HGN it uses only the encoder.
func quickStart(m video.Model, v video.Clips) (video.States, error) {
	h, ok := m.(*hgn.Model)
	if !ok {
		return m.InferInitial(v)
	}
	s, err := h.Encode(v)
	if err != nil {
		return s, err
	}
	return h.RewindToFirst(s)
}

func (s *videoScene) picture(title, status string, log training.Log) (*plots.Picture, error) {
	view := plots.Live{Title: title, Status: status, Size: s.test.Size, Films: s.learned(), Markers: figures.CurriculumMarks(s.run.Params, runs.Videos(s.test).Shape)}
	if len(log.Steps) == 0 {
		return view.Picture()
	}
	name, values, pixels := figures.Errors(log.Curve)
	view.Y, view.Loss = name, []plots.Series{{Name: "training batches", X: log.Steps, Y: values, Smooth: true}}
	if held := figures.HeldOut(log.Curve, pixels); len(held) > 0 {
		view.Loss = append(view.Loss, plots.Series{Name: s.run.HeldOutName(), X: log.HeldOut.Steps, Y: held})
	}
	if !pixels {
		return view.Picture()
	}
	level := func(name string, mse, dash float64) plots.Series {
		return plots.Series{
			Name: name, X: []float64{log.Steps[0], log.Steps[len(log.Steps)-1]}, Y: []float64{mse * figures.PerMSE, mse * figures.PerMSE},
			Style: plots.Style{Color: color.NRGBA{0x6b, 0x6b, 0x6b, 0xff}, Dashes: []float64{dash, 2.5}, Width: 1.2},
		}
	}
	view.Loss = append(view.Loss, level("mean frame", s.mean, 6))
	if s.floor > 0 {
		view.Loss = append(view.Loss, level("noise floor", s.floor, 2))
	}
	return view.Picture()
}

// learned returns the films of target and reconstruction, or nil while there are none.
func (s *videoScene) learned() []plots.Film {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.films
}
